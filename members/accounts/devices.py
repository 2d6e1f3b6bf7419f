"""What is kept of the device somebody signs in with: a short name and a cut network address, nothing that tells two people apart."""

from ipaddress import ip_address, ip_network

UNKNOWN = "Unknown device"
BROWSER, SYSTEM = "A browser", "an unknown system"
# Looked for in this order: most browsers also name those they descend from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Opera", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Samsung Internet", "Samsung Internet"),
    ("Vivaldi", "Vivaldi"),
    ("DuckDuckGo", "DuckDuckGo"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("ChromeOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Mac", "Mac"),
    ("Linux", "Linux"),
)
KEPT_BITS = {4: 24, 6: 48}


def device_name(user_agent: str) -> str:
    """Return a name that a person recognises, such as "Firefox on Android". A name made here stays as it is."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    # ChromeOS has the sign of a browser in its name.
    if browser == "Chrome" and "Chrom" not in user_agent.replace("ChromeOS", "") and "CriOS" not in user_agent:
        browser = ""
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if not browser and not system:
        return UNKNOWN
    return f"{browser or BROWSER} on {system or SYSTEM}"


def cut_address(address: str) -> str:
    """Return the network of an address: its first 24 bits (IPv4) or 48 bits (IPv6), the rest zero. An IPv4 inside of IPv6 counts as IPv4."""
    whole = ip_address(address)
    if whole.version == 6 and whole.ipv4_mapped:
        whole = whole.ipv4_mapped
    return str(ip_network((whole, KEPT_BITS[whole.version]), strict=False).network_address)
