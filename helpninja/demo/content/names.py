"""Who the customers are."""

FIRST_NAMES = (
    "Emma", "Liam", "Olivia", "Noah", "Ava", "Ethan", "Sophia", "Lucas", "Isabella", "Mason", "Mia", "Logan",
    "Charlotte", "James", "Amelia", "Benjamin", "Harper", "Elijah", "Evelyn", "Oliver", "Priya", "Arjun", "Ananya",
    "Wei", "Mei", "Hiroshi", "Yuki", "Fatima", "Omar", "Leila", "Mateo", "Camila", "Diego", "Valentina", "João",
    "Beatriz", "Lena", "Jonas", "Hannah", "Felix", "Chloé", "Hugo", "Inès", "Sven", "Freja", "Anders", "Zofia",
    "Jakub", "Katarina", "Nikolai", "Aoife", "Callum", "Grace", "Tariq", "Amara", "Kwame", "Zanele", "Thabo",
    "Noor", "Ravi",
)  # fmt: skip
LAST_NAMES = (
    "Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis", "Rodriguez", "Martinez",
    "Hernandez", "Lopez", "Wilson", "Anderson", "Thomas", "Taylor", "Moore", "Jackson", "Martin", "Lee", "Perez",
    "Thompson", "White", "Harris", "Clark", "Lewis", "Robinson", "Walker", "Young", "Allen", "King", "Wright",
    "Scott", "Torres", "Nguyen", "Hill", "Green", "Adams", "Nelson", "Baker", "Patel", "Sharma", "Tanaka", "Sato",
    "Kim", "Chen", "Wang", "Müller", "Schmidt", "Weber", "Dubois", "Moreau", "Rossi", "Silva", "Santos", "Costa",
    "Nowak", "Kowalski", "Larsen", "Nilsson", "O'Brien", "Okafor", "Mensah", "Dlamini", "Haddad", "Aydın",
)  # fmt: skip
COMPANY_HEADS = (
    "Northwind", "Bluebird", "Granite", "Cedar", "Lumen", "Harbor", "Atlas", "Juniper", "Copper", "Meridian",
    "Orchard", "Pioneer", "Quartz", "Riverside", "Summit", "Tandem", "Umbra", "Velvet", "Willow", "Zephyr",
    "Beacon", "Cobalt", "Drift", "Ember", "Fathom", "Glacier", "Hollow", "Indigo", "Kestrel", "Lantern",
)  # fmt: skip
COMPANY_TAILS = (
    "Labs", "Studio", "Retail", "Logistics", "Health", "Software", "Travel", "Foods", "Media", "Finance", "Works",
    "Outdoor", "Learning", "Design", "Motors", "Energy",
)  # fmt: skip

# Region, country, time zone, language, share of the customers.
PLACES = (
    ("North America", "US", "America/New_York", "en", 24),
    ("North America", "US", "America/Chicago", "en", 12),
    ("North America", "US", "America/Los_Angeles", "en", 12),
    ("North America", "CA", "America/Toronto", "en", 6),
    ("Europe", "GB", "Europe/London", "en", 9),
    ("Europe", "DE", "Europe/Berlin", "de", 7),
    ("Europe", "FR", "Europe/Paris", "fr", 5),
    ("Europe", "PL", "Europe/Warsaw", "pl", 2),
    ("Asia-Pacific", "IN", "Asia/Kolkata", "en", 5),
    ("Asia-Pacific", "AU", "Australia/Sydney", "en", 4),
    ("Asia-Pacific", "JP", "Asia/Tokyo", "ja", 3),
    ("Latin America", "BR", "America/Sao_Paulo", "pt-BR", 6),
    ("Latin America", "MX", "America/Mexico_City", "es", 5),
)

# Name, company, plan, index in PLACES. The first three are the guide's.
KNOWN = (
    ("Dana Whitfield", "Acme Corp", "enterprise", 0),
    ("Sarah Johnson", "Johnson Interiors", "pro", 1),
    ("Mike Chen", "", "starter", 2),
    ("Elena Petrova", "Brightline Commerce", "agency", 4),
    ("Marcus Webb", "", "trial", 0),
    ("Ingrid Solberg", "Fjordtech AS", "enterprise", 5),
    ("Carlos Mendoza", "Tienda Luna", "pro", 12),
    ("Rachel Adeyemi", "Adeyemi & Partners", "agency", 3),
    ("Tomáš Dvořák", "Dvořák Reklama", "pro", 7),
    ("Julia Stein", "Stein Versand", "starter", 5),
    ("Kevin O'Neill", "Harbor Street Coffee", "pro", 0),
    ("田中 美咲", "株式会社さくらソリューションズ", "enterprise", 10),
    ("Nguyễn Thị Minh Khai", "Công ty Hoa Sen", "pro", 9),
    ("Александра Вишневская", "Северный Ветер", "starter", 7),
    ("محمد العبدالله", "شركة الأفق", "agency", 8),
    ("प्रिया शर्मा", "भारत टेक्सटाइल्स", "starter", 8),
    ("Ελένη Παπαδοπούλου", "Αιγαίο Ταξίδια", "pro", 5),
    (
        "Maximiliana Wilhelmina Alexandrina von Hohenberg-Schwarzenfels zu Reichenbach-Lessonitz",
        "Bundesvereinigung der mittelständischen Elektro- und Informationstechnischen Handwerksbetriebe e. V.",
        "agency",
        5,
    ),
    (
        "Bartholomew Featherstonehaugh-Cholmondeley III",
        "The Worshipful Company of Scientific Instrument Makers and Allied Trades of Gloucestershire",
        "enterprise",
        4,
    ),
)
