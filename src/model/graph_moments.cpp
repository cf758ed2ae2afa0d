// Writing a moment correction into a graph: statistics times coefficients times monomials, summed.
#include <model/graph_moments.hpp>

#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include <model/graph_network.hpp>
#include <model/moment_basis.hpp>

namespace trueup {
namespace {

/// Chosen columns of a value (N, more).
std::string write_chosen(GraphWriter& writer, const std::string& name, const std::string& value,
                         const std::vector<std::size_t>& columns) {
  return writer.node("Gather", name, {value, writer.integers(name + ".columns", columns)},
                     {{"axis", std::int64_t{1}}});
}

std::string write_joined(GraphWriter& writer, const std::string& name,
                         const std::vector<std::string>& values) {
  return values.size() == 1 ? values.front()
                            : writer.node("Concat", name, values, {{"axis", std::int64_t{1}}});
}

/// The number of members and the sums of their columns, scaled: (N, 1 + columns).
std::string write_scaled_sums(GraphWriter& writer, const Model& model, const std::string& members) {
  const std::string count =
      writer.node("ReduceSum", "moments_count", {"mask", writer.integer("moments.mask_axis", 1)},
                  {{"keepdims", std::int64_t{1}}});
  const std::string masked = writer.node("Mul", "moments_masked", {members, "mask_column"});
  const std::string sums =
      writer.node("ReduceSum", "moments_column_sums", {masked, writer.integer("moments.members_axis", 1)},
                  {{"keepdims", std::int64_t{0}}});
  const std::string all = write_joined(writer, "moments_sums", {count, sums});
  std::vector<float> shift, scale;
  for (const SumScaling& scaling : model.moments.sums) {
    shift.push_back(scaling.shift);
    scale.push_back(scaling.scale);
  }
  const std::string centred = writer.node("Sub", "moments_centred_sums",
                                          {all, writer.floats("moments.sums_shift", {shift.size()}, shift)});
  return writer.node("Mul", "moments_scaled_sums",
                     {centred, writer.floats("moments.sums_scale", {scale.size()}, scale)});
}

/// All statistics but 1: the variables, cut, and their products.
std::string write_statistics(GraphWriter& writer, const Model& model, const MomentBasis& basis,
                             const std::string& inputs, const std::string& members) {
  std::vector<std::string> parts;
  if (basis.columns() > 0)
    parts.push_back(write_columns(writer, "moments_columns", inputs, 0, basis.columns()));
  if (!model.moments.sums.empty()) parts.push_back(write_scaled_sums(writer, model, members));
  const float limits[] = {-MomentCorrection::kLimit, MomentCorrection::kLimit};
  const std::string low = writer.floats("moments.low", {}, std::span(limits).first(1));
  const std::string high = writer.floats("moments.high", {}, std::span(limits).last(1));
  std::string variables =
      writer.node("Clip", "moments_variables", {write_joined(writer, "moments_joined", parts), low, high});
  if (basis.products().empty()) return variables;
  std::vector<std::size_t> first, second;
  for (const auto& [a, b] : basis.products()) {
    first.push_back(a);
    second.push_back(b);
  }
  const std::string products = writer.node("Mul", "moments_products",
                                           {write_chosen(writer, "moments_first", variables, first),
                                            write_chosen(writer, "moments_second", variables, second)});
  return write_joined(writer, "moments_statistics", {variables, products});
}

/// All monomials but 1.
std::string write_monomials(GraphWriter& writer, const MomentBasis& basis, const std::string& inputs) {
  const std::size_t P = basis.parameters();
  const std::string theta =
      write_columns(writer, "moments_theta", inputs, basis.columns(), basis.columns() + P);
  const std::string tau =
      writer.node("Sub", "moments_tau", {theta, writer.floats("moments.nominal", {P}, basis.nominal())});
  std::vector<std::string> levels{tau};
  for (const auto& level : basis.levels()) {
    std::vector<std::size_t> earlier, parameter;
    for (const MomentBasis::Factor& factor : level) {
      earlier.push_back(factor.earlier);
      parameter.push_back(factor.parameter);
    }
    const std::string name = fmt::format("moments_degree_{}", levels.size() + 1);
    levels.push_back(writer.node("Mul", name,
                                 {write_chosen(writer, name + "_earlier", levels.back(), earlier),
                                  write_chosen(writer, name + "_parameter", tau, parameter)}));
  }
  return write_joined(writer, "moments_monomials", levels);
}

}  // namespace

std::string write_moments(GraphWriter& writer, const Model& model, const std::string& inputs,
                          const std::string& members) {
  const MomentBasis basis(model, model.moments.order, model.moments.degree);
  const std::size_t K = basis.statistics(), M = basis.monomials();
  const std::string statistics = write_statistics(writer, model, basis, inputs, members);
  // The first row of coefficients is that of the statistic 1.
  const std::span<const float> coefficients(model.moments.coefficients);
  std::string factors =
      writer.node("Gemm", "moments_factors",
                  {statistics, writer.floats("moments.coefficients", {K - 1, M}, coefficients.subspan(M)),
                   writer.floats("moments.constants", {M}, coefficients.first(M))});
  const std::size_t ones = basis.with_one() ? 1 : 0;
  if (M == ones) return factors;
  const std::string monomials = write_monomials(writer, basis, inputs);
  const std::string of_powers =
      ones == 0 ? factors : write_columns(writer, "moments_of_powers", factors, 1, M);
  const std::string terms = writer.node("Mul", "moments_terms", {of_powers, monomials});
  std::string sum = writer.node("ReduceSum", "moments_sum", {terms, writer.integer("moments.axis", 1)},
                                {{"keepdims", std::int64_t{1}}});
  if (ones == 0) return sum;
  const std::string constant = write_columns(writer, "moments_of_one", factors, 0, 1);
  return writer.node("Add", "moments", {constant, sum});
}

}  // namespace trueup
