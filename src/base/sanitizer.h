// Which sanitizers this build carries.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SAMEHAND_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define SAMEHAND_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SAMEHAND_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define SAMEHAND_TSAN 1
#endif
