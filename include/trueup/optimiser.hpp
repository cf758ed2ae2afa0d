// Adam, and with a weight decay AdamW: what moves the parameters along the gradient.
#pragma once

namespace trueup {

/// Adam (Kingma & Ba, Alg. 1) with ε beside the bias-corrected moment, as PyTorch has it. With a weight decay it is AdamW
/// (Loshchilov & Hutter, Alg. 2): W ← W − α λ W, then Adam's step by the gradient of the loss alone.
struct AdamOptions {
  double learning_rate = 1e-3;  ///< α, before the schedule
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-7;  ///< Keras' default
  /// λ, of layers' weights only: biases never decay. They cannot make a network steep, and pulling them to 0 would favour
  /// one place of the inputs. 0: Adam.
  double weight_decay = 0.0;
  /// A gradient whose norm over all parameters is larger is scaled down to this norm. 0: never.
  double clip_norm = 0.0;
};

}  // namespace trueup
