// Migration 7: custom roles, API tokens, answers kept for Idempotency-Key.
#pragma once

namespace masthead::console::store {

extern const char* const kRolesSchema;

}  // namespace masthead::console::store
