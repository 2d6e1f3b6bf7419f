"""The numbers that the generated community follows. Each names the source it was taken from by its key in content/; nothing is invented here."""

# Children.
ONSET_SHARES = ((3, 12, 14), (12, 36, 61), (36, 107, 25))  # from month, to month, of 100 [S6]; none before 3 months or after 8.9 years [S7]
ONSET_PEAK = 16  # months: most toddlers fall ill between 12 and 18 months [S103]
GIRLS = 1.2 / 2.2  # girls to boys as 1.2 to 1 [S6]
TUMOUR_FOUND = 0.50  # [S6]
RELAPSING = 14 / 19  # [S20]
MONTHS_TO_DIAGNOSIS = 1.2  # median; the middle half 0.7 to 3 [S6]

# What families saw where it was counted and the vocabulary documents no class: the share of patients by HPO term.
COUNTED = {
    "HP:0001337": 0.46,  # shaking [S97]
    "HP:0025162": 0.38,  # tantrums [S97]; rage in 25 of 51 [S18]
    "HP:0002013": 0.27,  # vomiting [S97]
}

# Who falls ill as an adult.
ADULT_ONSET = (27, 45, 78)  # years: the youngest and the oldest of one series [S34], the median of another [S33]
WOMEN = 0.54  # [S33]
ADULT_TUMOUR_FOUND = 0.39  # [S33]
ADULT_TUMOURS = (("Lung", 19), ("Breast", 10), ("Ovarian teratoma", 8), ("Another", 5))  # [S33]
ADULT_RELAPSING = {True: 0.24, False: 0.07}  # with a tumour, without [S33]
