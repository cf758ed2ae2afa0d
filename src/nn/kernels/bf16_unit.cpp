// AMX-BF16 and AVX512-BF16 for the products of blocks, and which of them the machine has.
#include "nn/kernels/bf16_unit.hpp"

#if defined(__x86_64__) && defined(__linux__)
#define TRUEUP_HAS_X86_BF16
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace trueup {

namespace {

std::optional<Bf16Unit> chosen_for_test;

#ifdef TRUEUP_HAS_X86_BF16

struct Cpuid {
  unsigned a = 0, b = 0, c = 0, d = 0;
  Cpuid(unsigned leaf, unsigned part) { __get_cpuid_count(leaf, part, &a, &b, &c, &d); }
};

constexpr bool bit(unsigned word, int number) {
  return ((word >> number) & 1u) != 0;
}

/// Which registers the system saves when it changes threads (XCR0).
unsigned saved_states() {
  if (!bit(Cpuid(1, 0).c, 27)) return 0;
  unsigned low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

bool has_avx512_bf16() {
  constexpr unsigned kVectors = 0xe6;  // SSE, AVX, masks, both parts of ZMM
  const unsigned features = Cpuid(7, 0).b;
  return (saved_states() & kVectors) == kVectors && bit(features, 16) && bit(features, 30) &&
         bit(features, 31) && bit(Cpuid(7, 1).a, 5);
}

/// Linux grants a process the tiles' registers, 8 kB a thread, only when it asks for them.
bool tiles_are_granted() {
  constexpr long kRequest = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;     // the state's number in XCR0
  return syscall(SYS_arch_prctl, kRequest, kTileData) == 0;
}

bool has_amx_bf16() {
  constexpr unsigned kTiles = 3u << 17;
  const unsigned features = Cpuid(7, 0).d;
  return (saved_states() & kTiles) == kTiles && bit(features, 22) && bit(features, 24) && tiles_are_granted();
}

#endif

std::vector<Bf16Unit> find_units() {
  std::vector<Bf16Unit> units;
#ifdef TRUEUP_HAS_X86_BF16
  if (has_amx_bf16()) units.push_back(Bf16Unit::amx);
  if (has_avx512_bf16()) units.push_back(Bf16Unit::avx512);
#endif
  units.push_back(Bf16Unit::portable);
  return units;
}

}  // namespace

const char* to_string(Bf16Unit unit) {
  switch (unit) {
    case Bf16Unit::amx:
      return "amx";
    case Bf16Unit::avx512:
      return "avx512";
    default:
      return "portable";
  }
}

const std::vector<Bf16Unit>& available_bf16_units() {
  static const std::vector<Bf16Unit> kUnits = find_units();
  return kUnits;
}

Bf16Unit bf16_unit() {
  return chosen_for_test ? *chosen_for_test : available_bf16_units().front();
}

void set_bf16_unit_for_test(std::optional<Bf16Unit> unit) {
  chosen_for_test = unit;
}

namespace kernels {

namespace {

#ifdef TRUEUP_HAS_X86_BF16

constexpr std::size_t kTileSize = kBf16BlockSize / 2;  // numbers of 16 lines × 32 depths
constexpr int kTileBytes = 64;                         // of a tile's row
constexpr int kSumBytes = kBf16Block * sizeof(float);  // of a row of the block of sums

/// LDTILECFG's operand: eight tiles of 16 rows of 64 bytes.
struct alignas(64) TileConfig {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

[[gnu::target("amx-tile")]] void open_tiles() {
  static constexpr TileConfig kConfig;
  asm volatile("ldtilecfg %0" ::"m"(kConfig));
}

[[gnu::target("amx-tile")]] void close_tiles() {
  _tile_release();
}

/// 2 × 2 tiles of sums, two of each operand. The compiler knows nothing of what tile loads read: hence the barrier.
[[gnu::target("amx-tile,amx-bf16"), gnu::noinline]] void amx_product(const Bf16* a, const Bf16* b,
                                                                     std::size_t depth_blocks, float* c) {
  asm volatile("" ::: "memory");
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (std::size_t k = 0; k < depth_blocks; ++k) {
    _tile_loadd(4, a, kTileBytes);
    _tile_loadd(6, b, kTileBytes);
    _tile_loadd(7, b + kTileSize, kTileBytes);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(5, a + kTileSize, kTileBytes);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
    a += kBf16BlockSize;
    b += kBf16BlockSize;
  }
  _tile_stored(0, c, kSumBytes);
  _tile_stored(1, c + 16, kSumBytes);
  _tile_stored(2, c + 16 * kBf16Block, kSumBytes);
  _tile_stored(3, c + 16 * kBf16Block + 16, kSumBytes);
}

/// Eight lines of a and all of b: 16 sums stay in registers.
[[gnu::target("avx512f,avx512bf16"), gnu::noinline]] void avx512_product(const Bf16* a, const Bf16* b,
                                                                         std::size_t depth_blocks, float* c) {
  constexpr std::size_t kLines = 8;
  for (std::size_t m = 0; m < kBf16Block; m += kLines) {
    __m512 sum[kLines][2];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kLines; ++i) {
      sum[i][0] = sum[i][1] = _mm512_setzero_ps();
    }
    for (std::size_t k = 0; k < depth_blocks; ++k) {
      const Bf16* lines = a + k * kBf16BlockSize + m * kBf16Block;
      const Bf16* columns = b + k * kBf16BlockSize;
      for (std::size_t pair = 0; pair < 16; ++pair) {
        const auto low = (__m512bh)_mm512_load_si512(columns + pair * 32);
        const auto high = (__m512bh)_mm512_load_si512(columns + pair * 32 + kTileSize);
#pragma GCC unroll 8
        for (std::size_t i = 0; i < kLines; ++i) {
          int both;
          __builtin_memcpy(&both, lines + i * kBf16Block + 2 * pair, sizeof(both));
          const auto value = (__m512bh)_mm512_set1_epi32(both);
          sum[i][0] = _mm512_dpbf16_ps(sum[i][0], value, low);
          sum[i][1] = _mm512_dpbf16_ps(sum[i][1], value, high);
        }
      }
    }
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kLines; ++i) {
      _mm512_store_ps(c + (m + i) * kBf16Block, sum[i][0]);
      _mm512_store_ps(c + (m + i) * kBf16Block + 16, sum[i][1]);
    }
  }
}

#endif

Bf16BlockProduct product_of(Bf16Unit unit) {
#ifdef TRUEUP_HAS_X86_BF16
  if (unit == Bf16Unit::amx) return amx_product;
  if (unit == Bf16Unit::avx512) return avx512_product;
#endif
  (void)unit;
  return portable_bf16_product();
}

}  // namespace

Bf16Session::Bf16Session() : product_(product_of(bf16_unit())), tiles_(bf16_unit() == Bf16Unit::amx) {
#ifdef TRUEUP_HAS_X86_BF16
  if (tiles_) open_tiles();
#endif
}

Bf16Session::~Bf16Session() {
#ifdef TRUEUP_HAS_X86_BF16
  if (tiles_) close_tiles();
#endif
}

}  // namespace kernels
}  // namespace trueup
