// Writes a refiner, a million rows, and what we make of them, for the comparison with ONNX Runtime.
#include <exception>
#include <filesystem>

#include <fmt/format.h>

#include <model/example_refiner.hpp>
#include <trueup/table_io.hpp>

namespace {

constexpr std::size_t kRows = 1'000'000;

void write_case(const std::filesystem::path& folder) {
  using namespace trueup;
  const RefinerModel model = test::example_refiner();
  Table table = test::refiner_table(kRows);
  ThreadPool pool;
  const Table refined = refine_table(model, table, pool);
  for (const std::string& name : model.refined_names()) {
    const auto values = refined.values(name);
    table.add_column("refined_" + name, {values.begin(), values.end()});
  }
  save_refiner(model, folder / "refiner.onnx");
  write_table(table, (folder / "refiner.npy").string());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: refiner_parity FOLDER\n");
    return 2;
  }
  try {
    write_case(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "refiner_parity: {}\n", error.what());
    return 1;
  }
  return 0;
}
