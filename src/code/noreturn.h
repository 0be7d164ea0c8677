// Which functions of the outside world never come back.
#pragma once

#include <string_view>

namespace samehand::code {

// Takes an imported function's name as the image states it. Unknown names are taken to return.
bool name_never_returns(std::string_view name);

}  // namespace samehand::code
