// SIGINT and SIGTERM ask the work to stop; it does at the next safe point and leaves no partial output.
#pragma once

namespace trueup::cli {

/// Installs the handlers. A second signal ends the process at once.
void catch_stop_signals();
/// The signal that came, or 0.
int stop_signal() noexcept;

}  // namespace trueup::cli
