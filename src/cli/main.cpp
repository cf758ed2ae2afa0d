// The command `trueup`.
#include "cli/run_command.hpp"

int main(int argc, char** argv) {
  return trueup::cli::run_command(argc, argv);
}
