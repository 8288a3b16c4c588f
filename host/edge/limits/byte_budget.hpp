// A shared allowance of bytes for buffered request bodies, so that many slow uploads cannot take the memory.
// Not thread-safe. A Share returns its bytes when it dies; it must not outlive the budget.
#pragma once

#include <cstddef>

namespace masthead::edge::limits {

class ByteBudget {
public:
    explicit ByteBudget(std::size_t total) : left_(total) {}
    std::size_t left() const { return left_; }

    class Share {
    public:
        explicit Share(ByteBudget& budget) : budget_(budget) {}
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;
        ~Share() { budget_.left_ += held_; }

        /// Grows the share to `bytes`; false when the budget does not have them.
        bool growTo(std::size_t bytes) {
            if (bytes <= held_) return true;
            if (bytes - held_ > budget_.left_) return false;
            budget_.left_ -= bytes - held_;
            held_ = bytes;
            return true;
        }

    private:
        ByteBudget& budget_;
        std::size_t held_ = 0;
    };

private:
    std::size_t left_;
};

}  // namespace masthead::edge::limits
