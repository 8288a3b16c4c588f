#include "host/console/auth/common_passwords.hpp"

#include "host/base/text.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>

namespace masthead::console::auth {
namespace {

// What the published collections lack.
constexpr std::string_view kWhole[] = {
    "1q2w3e4r5t6y7u8i", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv", "1qaz2wsx3edc4rfv5tgb", "qazwsxedcrfvtgb", "qazwsxedcrfvtgbyhnujm",
    "zaq12wsxcde34rfv", "zaq1zaq1zaq1zaq1", "1qazxsw23edcvfr4", "qwertyuiopasdfgh", "qwertyuiopasdfghjkl", "qwertyuiopasdfghjklzxcvbnm",
    "asdfghjklzxcvbnm", "asdfghjklqwertyuiop", "correcthorsebatterystaple", "correct horse battery staple", "iloveyouforever", "iloveyousomuch1",
    "ilovemyselfalways", "ilovemyfamily123", "iloveyouverymuch", "jesuschristislord", "jesusismysavior", "jesuslovesme1234",
    "ihatepasswords1", "thisismypassword", "thisisapassword", "thisismypassword1", "mypasswordispassword", "passwordispassword", "letmeinletmein1",
    "changemechangeme", "changeme12345678", "administrator123", "administratoradmin", "adminadminadmin", "trustno1trustno1", "opensesame123456",
    "maythefourthbewithyou", "maytheforcebewithyou", "winteriscoming1", "supercalifragilisticexpialidocious", "onceuponatime123", "abcdefghijklmno",
    "abcdefghijklmnop", "abcdefghijklmnopqrstuvwxyz", "aaaaaaaaaaaaaaa", "unbelievable1234", "liverpoolfootballclub", "manchesterunited",
    "manchesterunited1", "youllneverwalkalone", "harrypotter12345", "lordoftherings1", "thelordoftherings", "starwarsstarwars", "pokemonpokemon1",
    "minecraftminecraft", "michaeljackson1", "christopher12345", "alexander1234567", "whatsmypassword", "ijustwanttologin", "nopasswordneeded",
    "p@ssw0rdp@ssw0rd", "welcometothejungle", "welcomewelcome1", "qwerty123456789", "qwertyqwertyqwerty", "hunter2hunter2hunter2",
    "thequickbrownfox", "thequickbrownfoxjumps", "thequickbrownfoxjumpsoverthelazydog", "loremipsumdolor", "loremipsumdolorsitamet", "tobeornottobe123",
    "tobeornottobethatisthequestion", "inshallahinshallah", "bismillahirrahmanirrahim", "bismillah786786", "godisgoodallthetime", "dragonballzdragonballz",
};

// The material of the rest: "Password2024!!!!" is one word, a year and a run.
constexpr std::string_view kWords[] = {
    "password", "passwort", "passw0rd", "motdepasse", "contrasena", "senha", "parola", "wachtwoord", "passwd", "pass", "passphrase", "secret",
    "secrets", "admin", "administrator", "root", "toor", "user", "username", "login", "guest", "test", "tester", "testing", "demo", "default",
    "changeme", "change", "letmein", "welcome", "hello", "access", "master", "super", "superman", "batman", "spiderman", "ironman", "monkey",
    "dragon", "shadow", "sunshine", "princess", "flower", "iloveyou", "ilove", "loveyou", "love", "lovely", "baby", "angel", "michael", "daniel",
    "jessica", "ashley", "charlie", "jordan", "andrew", "thomas", "robert", "jennifer", "michelle", "nicole", "hannah", "joshua", "matthew",
    "anthony", "william", "maggie", "pepper", "ginger", "buster", "tigger", "soccer", "football", "baseball", "basketball", "hockey", "golf",
    "liverpool", "chelsea", "arsenal", "barcelona", "juventus", "yankees", "lakers", "cowboys", "eagles", "mustang", "ferrari", "porsche",
    "mercedes", "corvette", "harley", "yamaha", "starwars", "pokemon", "pikachu", "naruto", "minecraft", "fortnite", "computer", "internet",
    "server", "windows", "linux", "ubuntu", "debian", "google", "facebook", "samsung", "apple", "iphone", "android", "microsoft", "network",
    "security", "secure", "private", "system", "manager", "company", "office", "business", "summer", "winter", "spring", "autumn", "january",
    "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday", "qwerty", "qwertyuiop", "qwertz", "qwertzuiop", "azerty", "azertyuiop", "asdf", "asdfgh",
    "asdfghjkl", "zxcvbn", "zxcvbnm", "yxcvbnm", "qazwsx", "qazwsxedc", "1qaz", "2wsx", "3edc", "4rfv", "1q2w3e", "1q2w3e4r", "1q2w3e4r5t", "q1w2e3r4",
    "zaq1", "xsw2", "abc", "abcd", "abcdef", "abcdefg", "trustno1", "whatever", "nothing", "freedom", "forever", "killer", "hunter", "ninja",
    "matrix", "mother", "father", "family", "jesus", "christ", "god", "heaven", "blessed", "cookie", "chocolate", "cheese", "banana", "orange",
    "purple", "yellow", "silver", "golden", "diamond", "rainbow", "butterfly", "tiger", "lion", "eagle", "falcon", "phoenix", "wizard", "magic",
    "lucky", "happy", "please", "thanks", "good", "best", "awesome", "cool", "money", "bitcoin", "crypto", "london", "berlin", "paris", "america",
    "canada", "australia", "england", "germany", "france", "china", "india", "russia",
};

}  // namespace

bool breachedPassword(std::string_view lower) {
    static const std::unordered_set<std::string_view> kSet = [] {
        std::unordered_set<std::string_view> all(std::begin(kWhole), std::end(kWhole));
        for (const auto line : split(commonPasswordList(), '\n')) {
            if (!line.empty()) all.insert(line);
        }
        return all;
    }();
    return kSet.count(lower) > 0;
}

std::size_t commonWordAt(std::string_view lower) {
    static const std::unordered_set<std::string_view> kSet(std::begin(kWords), std::end(kWords));
    static const std::size_t kLongest =
        std::max_element(std::begin(kWords), std::end(kWords), [](auto a, auto b) { return a.size() < b.size(); })->size();
    for (std::size_t length = std::min(kLongest, lower.size()); length > 2; --length) {
        if (kSet.count(lower.substr(0, length)) > 0) return length;
    }
    return 0;
}

}  // namespace masthead::console::auth
