// SQL of second factors and of the key ring.
#pragma once

namespace masthead::console::store {

extern const char* const kFactorsSchema;

}  // namespace masthead::console::store
