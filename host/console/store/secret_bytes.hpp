// SecretBytes owns key bytes in memory of their own: guarded, locked against swapping where the limit allows, left out of core
// dumps, wiped when it ends. Move-only; not thread-safe, but a const one may be read by many.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace masthead::console::store {

class SecretBytes {
public:
    SecretBytes() = default;
    static SecretBytes random(std::size_t size);
    /// Moves the bytes of `text` in and wipes `text`.
    static SecretBytes take(std::string& text);

    std::string_view view() const { return {bytes_.get(), size_}; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

private:
    struct Free {
        void operator()(char* bytes) const;
    };
    static SecretBytes sized(std::size_t size);

    std::unique_ptr<char[], Free> bytes_;
    std::size_t size_ = 0;
};

/// Overwrites the bytes of a text that held a secret, and empties it.
void wipe(std::string& text);

}  // namespace masthead::console::store
