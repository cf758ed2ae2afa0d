// Plain-loop versions of the kernels in any precision: documentation of what they compute, and their oracle.
#pragma once

#include <cmath>
#include <cstddef>

#include "nn/kernels/kernels.hpp"

namespace trueup::reference {

template <typename T>
T activate(Activation activation, T value) {
  return activation == Activation::relu ? (value > T(0) ? value : T(0)) : value;
}

/// Derivative of the activation, told from its output.
template <typename T>
T activation_slope(Activation activation, T output) {
  return activation == Activation::relu ? (output > T(0) ? T(1) : T(0)) : T(1);
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

}  // namespace trueup::reference
