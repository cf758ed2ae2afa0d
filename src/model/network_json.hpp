// What a network looks like, as JSON text in a model file.
#pragma once

#include <string>

#include <trueup/network.hpp>

namespace trueup {

/// All that decides what the network computes: everything but dropout, which is for training only.
std::string network_json(const NetworkSpec& spec);

/// What network_json wrote. Throws std::exception for any other text; whether a network of that kind can be made is
/// for Network to say.
NetworkSpec network_from_json(const std::string& text);

}  // namespace trueup
