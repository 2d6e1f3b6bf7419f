"""Pseudonyms that nobody takes for a real name: an adjective and an animal, plant or thing, in the alphabets of many languages."""

from collections.abc import Set as AbstractSet
from random import Random

from members.names import skeleton

# Language code: (first words, second words); "{}" forms say how the two are joined. Words of one list agree with every word of the other.
WORDS: dict[str, tuple[str, str]] = {
    "en": (
        "Quiet Early Amber Silver Gentle Brave Sunny Misty Copper Lucky Mellow Nimble Peaceful Rainy Velvet Wandering Whistling Golden Green Humming "
        "Little Northern Open Paper Plain Sleepy Snowy Steady Wild Woolly Cloudy Curious Drifting Dusty Evening Hopeful Marble Morning Mossy Tidy",
        "Otter Heron Lantern Harbour Maple Badger Teapot Lighthouse Sparrow Willow Pebble Kite Robin Meadow Compass Acorn Bicycle Blanket Bluebell "
        "Bramble Cello Clover Comet Cricket Dormouse Ferry Finch Garden Hedgehog Island Kettle Magpie Mitten Orchard Owl Puffin Quilt Rowan Scarf "
        "Seal Starling Tortoise Trumpet Tulip Umbrella Valley Walnut Windmill Wren Beacon",
    ),
    "fr": ("Calme Tranquille Rouge Jaune Rapide Sage Drôle Honnête Solitaire", "Renard Hibou Lynx Nuage Phare Sapin Merle Ruisseau Cerf-volant"),
    "de": ("Stille Frohe Kleine Blaue Mutige Flinke Sanfte Wache Bunte", "Birke Amsel Wolke Laterne Eule Linde Wiese Möwe Quelle Kastanie"),
    "es": ("Tranquilo Verde Azul Valiente Alegre Paciente Amable Fuerte", "Colibrí Faro Roble Zorro Puente Lince Jardín Camino Erizo"),
    "it": ("Gentile Verde Felice Forte Dolce Celeste Vivace Semplice", "Gabbiano Faro Riccio Sentiero Ponte Pino Tasso Fiume Gelsomino"),
    "pt": ("Gentil Verde Azul Feliz Forte Leve Simples Alegre", "Farol Pinheiro Rio Girassol Moinho Barco Jardim Golfinho"),
    "nl": ("Stille Kleine Vrolijke Groene Dappere Zachte Snelle", "Otter Molen Reiger Egel Zwaluw Wilg Lantaarn Fiets"),
    "sv": ("Tyst Liten Glad Modig Snabb Varm Blå", "Ekorre Björk Fyr Igelkott Älv Svala Lykta"),
    "da": ("Stille Lille Glade Modige Blide", "Svale Eg Lygte Måge Pindsvin"),
    "nb": ("Stille Lille Blide Modige Raske", "Rype Bjørk Lykt Måke Ekorn"),
    "fi": ("Hiljainen Pieni Iloinen Rohkea Sininen", "Saukko Koivu Majakka Pöllö Siili"),
    "pl": ("Cichy Mały Zielony Wesoły Dzielny Spokojny", "Borsuk Klon Jeż Latawiec Świerk Szpak"),
    "cs": ("Tichý Malý Zelený Veselý Statečný", "Ježek Javor Maják Špaček Potok"),
    "ro": ("Blând Verde Mic Vesel", "Arici Far Stejar Fluture"),
    "hu": ("Csendes Kicsi Vidám Bátor", "Vidra Fecske Tölgy Csillag"),
    "tr": ("Sessiz Küçük Mavi Neşeli Cesur", "Serçe Çınar Fener Martı Kirpi Bulut"),
    "id": ("Tenang Kecil Biru Ceria", "Kancil Bambu Perahu Melati"),
    "vi": ("Xanh Nhỏ Hiền", "Sen Suối Trúc"),
    "ru": ("Тихий Смелый Северный Весёлый Зелёный Утренний", "Ёжик Клён Маяк Журавль Ручей Бобёр"),
    "uk": ("Тихий Сміливий Веселий Зелений", "Їжак Явір Струмок Лелека"),
    "el": ("Ήσυχος Μικρός Γαλάζιος Χαρούμενος", "Φάρος Σκίουρος Πεύκος Γλάρος"),
    "ar": ("هادئ أخضر صغير شجاع", "نهر عصفور قنديل زورق"),
    "fa": ("آرام سبز کوچک مهربان", "رود گنجشک فانوس سرو"),
    "he": ("שקט ירוק קטן אמיץ", "נחל דרור מגדלור אלון"),
    "hi": ("शांत हरा नन्हा साहसी", "मोर बरगद दीपक बादल"),
    "bn": ("শান্ত সবুজ ছোট্ট সাহসী", "দোয়েল কদম প্রদীপ মেঘ"),
    "ja": ("静かな 小さな 青い やさしい", "森 かもめ 灯台 かえで"),
    "zh-hans": ("安静的 小小的 勇敢的 晴朗的", "刺猬 枫叶 灯塔 小溪"),
    "ko": ("조용한 작은 푸른 씩씩한", "고슴도치 단풍 등대 시냇물"),
}
BEFORE = "en de nl sv da nb fi pl cs hu tr ru uk el hi bn ja zh-hans ko".split()  # here the adjective stands first
UNSPACED = ("ja", "zh-hans")


class Namer:
    """Gives each member a name that looks like no other's. taken: skeletons of names that are in use already."""

    def __init__(self, rng: Random, taken: AbstractSet[str]):
        """Start with the names in use."""
        self.rng = rng
        self.taken = set(taken)

    def take(self, name: str) -> str:
        """Return the name and remember it. Raises ValueError when it is in use."""
        looks = skeleton(name)
        if looks in self.taken:
            raise ValueError(f"{name} is in use.")
        self.taken.add(looks)
        return name

    def new(self, language: str) -> str:
        """Return a new name in a language; in English when there is none for it, or when it has run out of names."""
        for attempt in range(200):
            name = self._any(language if attempt < 40 else "en")
            if skeleton(name) not in self.taken:
                return self.take(name)
        raise ValueError("There are not enough words for so many names.")

    def _any(self, language: str) -> str:
        language = language if language in WORDS else "en"
        firsts, seconds = (words.split() for words in WORDS[language])
        first, second = self.rng.choice(firsts), self.rng.choice(seconds)
        if language == "en" and self.rng.random() < 0.3:
            other = self.rng.choice(seconds)
            joined = (f"{second} and {other}", f"{second.lower()}.{other.lower()}", f"{first}{second}", f"{second} {self.rng.randint(2, 99)}")
            return self.rng.choice(joined)
        pair = (first, second) if language in BEFORE else (second, first)
        return ("" if language in UNSPACED else " ").join(pair)
