// Plain-loop versions of the kernels in any precision: documentation of what they compute, and their oracle.
#pragma once

#include <cmath>
#include <cstddef>

#include "nn/kernels/kernels.hpp"

namespace trueup::reference {

template <typename T>
T sigmoid(T z) {
  return T(1) / (T(1) + std::exp(-z));
}

template <typename T>
T activate(Activation activation, T z) {
  switch (activation) {
    case Activation::silu:
      return z * sigmoid(z);
    case Activation::tanh:
      return std::tanh(z);
    default:
      return z > T(0) ? z : T(piecewise_slope(activation)) * z;
  }
}

/// Derivative of the activation at z.
template <typename T>
T activation_slope(Activation activation, T z) {
  switch (activation) {
    case Activation::silu:
      return sigmoid(z) * (T(1) + z * (T(1) - sigmoid(z)));
    case Activation::tanh:
      return T(1) - std::tanh(z) * std::tanh(z);
    default:
      return z > T(0) ? T(1) : T(piecewise_slope(activation));
  }
}

/// x with 8 bits of mantissa, to nearest, ties to even: what products in bf16 take.
template <typename T>
T round_to_bf16(T x) {
  constexpr int kBits = 8;
  if (!std::isfinite(x)) return x;
  int exponent = 0;
  const T mantissa = std::frexp(x, &exponent);
  return std::ldexp(std::nearbyint(std::ldexp(mantissa, kBits)), exponent - kBits);
}

template <typename T>
void dense_forward(const T* weight, const T* bias, std::size_t inputs, std::size_t outputs,
                   Activation activation, TileShape tile, const T* x, T* y) {
  for (std::size_t o = 0; o < outputs; ++o) {
    for (std::size_t r = 0; r < tile.rows; ++r) {
      T sum = bias[o];
      for (std::size_t i = 0; i < inputs; ++i) {
        sum += weight[o * inputs + i] * x[i * tile.stride + r];
      }
      y[o * tile.stride + r] = activate(activation, sum);
    }
  }
}

/// `below` has to be piecewise linear: its slope is told from its output x.
template <typename T>
void dense_input_gradient(const T* weight, std::size_t inputs, std::size_t outputs, TileShape tile,
                          const T* dy, const T* x, Activation below, T* dx) {
  for (std::size_t i = 0; i < inputs; ++i) {
    for (std::size_t r = 0; r < tile.rows; ++r) {
      T sum = 0;
      for (std::size_t o = 0; o < outputs; ++o) {
        sum += weight[o * inputs + i] * dy[o * tile.stride + r];
      }
      dx[i * tile.stride + r] = sum * activation_slope(below, x[i * tile.stride + r]);
    }
  }
}

template <typename T>
void dense_weight_gradient(std::size_t inputs, std::size_t outputs, TileShape tile, const T* dy, const T* x,
                           T* dweight, T* dbias) {
  for (std::size_t o = 0; o < outputs; ++o) {
    for (std::size_t r = 0; r < tile.rows; ++r) {
      const T d = dy[o * tile.stride + r];
      dbias[o] += d;
      for (std::size_t i = 0; i < inputs; ++i) {
        dweight[o * inputs + i] += d * x[i * tile.stride + r];
      }
    }
  }
}

/// w [softplus(z) − t z], written so that no exponential overflows.
template <typename T>
T bce_value(T z, T t, T w) {
  const T softplus = (z > T(0) ? z : T(0)) + std::log1p(std::exp(-std::abs(z)));
  return w * (softplus - t * z);
}

template <typename T>
T bce_slope(T z, T t, T w) {
  return w * (T(1) / (T(1) + std::exp(-z)) - t);
}

template <typename T>
T mse_value(T z, T t, T w) {
  return w * (z - t) * (z - t);
}

template <typename T>
T mse_slope(T z, T t, T w) {
  return T(2) * w * (z - t);
}

template <typename T>
T huber_value(T z, T t, T w, T delta) {
  const T d = std::abs(z - t);
  return w * (d <= delta ? d * d / T(2) : delta * (d - delta / T(2)));
}

template <typename T>
T huber_slope(T z, T t, T w, T delta) {
  const T d = z - t;
  return w * (std::abs(d) <= delta ? d : (d > T(0) ? delta : -delta));
}

}  // namespace trueup::reference
