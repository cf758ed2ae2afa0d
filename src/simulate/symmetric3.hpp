// Eigenvalues of a symmetric 3×3 matrix, by Jacobi's rotations.
#pragma once

#include <array>
#include <cmath>
#include <utility>

namespace trueup::sim {

struct Symmetric3 {
  double a[3][3] = {};

  /// Adds weight · v v^T.
  void add_outer(double x, double y, double z, double weight) {
    const double v[3] = {x, y, z};
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) a[i][j] += weight * v[i] * v[j];
    }
  }
};

struct Eigen3 {
  std::array<double, 3> values{};     ///< falling
  std::array<double, 3> main_axis{};  ///< unit vector of the first
};

/// Takes away element (p, q), p != q, by a rotation, which it appends to `vectors` (columns).
inline void jacobi_rotate(Symmetric3& m, double (&vectors)[3][3], int p, int q) {
  if (m.a[p][q] == 0.0) return;
  const double theta = (m.a[q][q] - m.a[p][p]) / (2.0 * m.a[p][q]);
  const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
  const double c = 1.0 / std::sqrt(t * t + 1.0), s = t * c;
  for (int k = 0; k < 3; ++k) {
    const double kp = m.a[k][p], kq = m.a[k][q];
    m.a[k][p] = c * kp - s * kq;
    m.a[k][q] = s * kp + c * kq;
  }
  for (int k = 0; k < 3; ++k) {
    const double pk = m.a[p][k], qk = m.a[q][k];
    m.a[p][k] = c * pk - s * qk;
    m.a[q][k] = s * pk + c * qk;
    const double vp = vectors[k][p], vq = vectors[k][q];
    vectors[k][p] = c * vp - s * vq;
    vectors[k][q] = s * vp + c * vq;
  }
}

inline Eigen3 eigensystem(Symmetric3 m) {
  double vectors[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  const double trace = std::abs(m.a[0][0]) + std::abs(m.a[1][1]) + std::abs(m.a[2][2]);
  for (int sweep = 0; sweep < 20; ++sweep) {  // converges quadratically: 4 or 5 are enough
    if (std::abs(m.a[0][1]) + std::abs(m.a[0][2]) + std::abs(m.a[1][2]) <= 1e-15 * trace) break;
    jacobi_rotate(m, vectors, 0, 1);
    jacobi_rotate(m, vectors, 0, 2);
    jacobi_rotate(m, vectors, 1, 2);
  }
  int order[3] = {0, 1, 2};
  for (const auto& [i, j] : {std::pair{0, 1}, std::pair{0, 2}, std::pair{1, 2}}) {
    if (m.a[order[j]][order[j]] > m.a[order[i]][order[i]]) std::swap(order[i], order[j]);
  }
  Eigen3 out;
  for (int i = 0; i < 3; ++i) {
    out.values[static_cast<std::size_t>(i)] = m.a[order[i]][order[i]];
    out.main_axis[static_cast<std::size_t>(i)] = vectors[i][order[0]];
  }
  return out;
}

}  // namespace trueup::sim
