// Result, Error and Code are shared with plugins; the host uses the SDK's definition.
#pragma once

#include <masthead/result.hpp>
