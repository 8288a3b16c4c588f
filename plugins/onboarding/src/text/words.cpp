#include "text/words.hpp"

#include <iterator>

#include "crypto/codec.hpp"

namespace onboarding {
namespace {

// Short, easy to spell, no two that sound alike, nothing that could offend.
constexpr const char* kWords[] = {
    "acorn",  "agile",  "album",  "almond", "alpine", "amber",  "anchor", "apple",  "apricot", "arch",   "arrow",  "aspen",  "atlas",  "autumn", "avocado", "azure",
    "badge",  "bagel",  "balcony", "bamboo", "banjo",  "barley", "basil",  "basket", "beacon", "beaver", "bell",   "berry",  "birch",  "bison",  "blanket", "blossom",
    "bonfire", "book",  "border", "bottle", "branch", "brave",  "bread",  "breeze", "brick",  "bridge", "bright", "bronze", "brook",  "bubble", "bucket", "butter",
    "button", "cabin",  "cactus", "camel",  "candle", "canoe",  "canvas", "canyon", "carbon", "carpet", "castle", "cedar",  "cello",  "chalk",  "cherry", "chess",
    "cider",  "cinema", "circle", "citrus", "clever", "cliff",  "clock",  "cloud",  "clover", "cobalt", "cocoa",  "comet",  "copper", "coral",  "cosmos", "cotton",
    "cradle", "crane",  "crater", "cricket", "crystal", "curly", "cymbal", "daisy",  "dancer", "dapper", "dawn",   "delta",  "desert", "dinner", "dolphin", "domino",
    "dragon", "drum",   "dune",   "eagle",  "early",  "echo",   "elbow",  "elm",    "ember",  "emerald", "engine", "falcon", "fancy",  "feather", "fern",  "fiddle",
    "field",  "finch",  "flame",  "flute",  "forest", "fossil", "fountain", "fox",  "fresh",  "frost",  "galaxy", "garden", "garlic", "garnet", "gecko",  "gentle",
    "ginger", "glacier", "glove", "golden", "granite", "grape", "gravel", "green",  "guitar", "gull",   "hammer", "harbor", "harvest", "hazel", "heron",  "hickory",
    "hill",   "honest", "honey",  "horizon", "hotel", "humble", "ice",    "igloo",  "indigo", "island", "ivory",  "jacket", "jade",   "jaguar", "jasmine", "jelly",
    "jewel",  "jigsaw", "jolly",  "jungle", "juniper", "kayak", "kettle", "keyboard", "kind", "kite",   "kiwi",   "koala",  "ladder", "lagoon", "lake",   "lantern",
    "lavender", "lemon", "leopard", "lilac", "lime",  "linen",  "lively", "llama",  "lobster", "lotus", "lucky",  "lunar",  "magnet", "mango",  "maple",  "marble",
    "meadow", "melon",  "mellow", "merry",  "meteor", "mint",   "mirror", "misty",  "mosaic", "mountain", "muffin", "museum", "mustard", "navy", "nectar", "needle",
    "nimble", "noble",  "north",  "nutmeg", "oak",    "oasis",  "ocean",  "olive",  "onyx",   "opal",   "orange", "orbit",  "orchid", "otter",  "owl",    "oyster",
    "paddle", "palm",   "panda",  "paper",  "parade", "parrot", "peach",  "pearl",  "pebble", "pelican", "pencil", "pepper", "piano", "picnic", "pillow", "pilot",
    "pine",   "planet", "plum",   "pocket", "polar",  "pony",   "poppy",  "prairie", "pretzel", "prism", "proud", "pumpkin", "purple", "puzzle", "quartz", "quick",
    "quiet",  "quilt",  "rabbit", "radio",  "rainbow", "raven", "ribbon", "river",  "robin",  "rocket", "rose",   "ruby",   "saddle", "saffron", "sail",  "salmon",
    "sand",   "sapphire", "scarlet", "scooter", "shadow", "shell", "silver", "sky",  "smooth", "snow",  "sofa",   "solar",  "spark",  "sparrow", "spice", "spruce",
    "star",   "steady", "stone",  "summer", "sunny",  "swan",   "swift",  "sycamore", "tango", "teal",  "temple", "thunder", "tiger", "timber", "topaz",  "tulip",
    "tunnel", "turtle", "umber",  "valley", "vanilla", "velvet", "violet", "violin", "walnut", "water", "willow", "winter", "wonder", "yellow", "yogurt", "zebra"};

}  // namespace

std::size_t wordCount() { return std::size(kWords); }
const char* wordAt(std::size_t index) { return kWords[index]; }

std::string drawWords(const std::function<bool(const std::string&)>& taken) {
    std::string out;
    for (int attempt = 0; attempt < 200; ++attempt) {
        const auto first = randomBelow(std::size(kWords)), second = randomBelow(std::size(kWords));
        if (first == second) continue;
        out = std::string(kWords[first]) + "-" + kWords[second];
        if (!taken(out)) return out;
    }
    return out + "-" + std::to_string(randomBelow(90) + 10);
}

}  // namespace onboarding
