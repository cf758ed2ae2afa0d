// Simulated events from a card: an analytic sample, or Pythia 8 with jets, observables and a detector response.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <trueup/detector_card.hpp>
#include <trueup/event_file.hpp>
#include <trueup/jet_contents.hpp>
#include <trueup/monitor.hpp>
#include <trueup/table.hpp>

namespace trueup {

/// A parameter of the source that is drawn uniformly in [low, high]: anew for each block of events with Pythia (which
/// must be initialised again), anew for each event of an analytic sample. It becomes a column of that name.
struct ScannedParameter {
  std::string name;
  std::string setting;
  double low = 0.0;
  double high = 0.0;
  std::string unit;
};

/// A parameter of the source that is set to one value; the table's metadata has it as "truth.<name>".
struct FixedParameter {
  std::string name;
  std::string setting;
  double value = 0.0;
  std::string unit;
};

/// One 1-D Gaussian: gen_x ~ N(mean, sigma²), det_x = gen_x + N(0, noise²). Settings to scan: "mean", "sigma", "noise".
struct GaussianCard {
  double mean = 0.0;
  double sigma = 1.0;
  double noise = 0.5;
};

/// Two independent Gaussians and a response that depends on the second (SRGN Sec. III.A, Fig. 4): gen_x0 ~ N(mean, 1),
/// gen_x1 ~ N(0, ν²) with ν = (omega0 + omega1 mean)², det_x = gen_x0 + N(4 |gen_x1|, gen_x1⁴). Settings: "mean",
/// "omega0", "omega1".
struct GaussianPairCard {
  double mean = 0.0;
  double omega0 = 0.7;
  double omega1 = 0.2;
};

/// A symmetric 2 × 2 matrix.
struct Covariance2 {
  double xx = 0.0;
  double xh = 0.0;
  double hh = 0.0;
};

/// Two populations in two dimensions, seen by one of two detectors (Fast Perfekt Sec. 3.1, Table 4, whose numbers are the
/// defaults): (gen_x, gen_h) from N(large_mean, large_covariance), or with probability small_fraction from
/// N(small_mean, small_covariance); (det_x, det_h) = (gen_x, gen_h) + N(0, smearing), plus `small_shift` for the small
/// population. Both detectors see the same events, row by row, for the same seed, each with its own random smearing.
/// Settings: "small_fraction", "shift_x", "shift_h".
struct PopulationsCard {
  double small_fraction = 0.15;
  std::array<double, 2> large_mean{0.5, 1.0};
  Covariance2 large_covariance{0.2, 0.05, 0.02};
  std::array<double, 2> small_mean{1.0, 2.5};
  Covariance2 small_covariance{0.001, 0.0, 0.02};
  std::string detector = "full";  ///< "fast" or "full": whose smearing is drawn
  Covariance2 smearing{0.02, 0.0, 0.02};
  std::array<double, 2> small_shift{1.5, 0.0};
};

/// Jets of the visible particles at either level, ordered by pt.
struct JetCard {
  std::string algorithm = "antikt";  ///< "antikt", "kt" or "cambridge"; distances in pt, rapidity and phi
  double radius = 0.8;
  double min_pt = 1.0;  ///< GeV; softer jets are dropped
};

/// Gives up events in the middle of their parton shower, long before hadrons and detectors, when no jet of the partons so
/// far reaches min_pt. What is left of the shower adds little to a jet, so that with some room below the pt of the jets
/// that output.require asks for, next to no event is lost that would have had a row.
struct PartonVetoCard {
  bool wanted = false;  ///< by there being a section for it
  double min_pt = 0.0;  ///< GeV; 0: look at the partons, give up none
  double scale = 10.0;  ///< GeV: where the evolution of shower and multiple interactions stops for a look
  double radius = 1.0;  ///< of anti-kt jets of partons, leptons and the products of decays, without neutrinos
};

/// A further detector that sees the same events: its columns start with `name`_.
struct DetectorVariant {
  std::string name;
  DetectorCard detector;
  SubstructureCard substructure;
};

/// Which columns the table gets; parameters that are scanned are always there.
struct OutputCard {
  std::vector<std::string> levels;   ///< of "generator", "detector" and the names of further detectors
  std::vector<std::string> columns;  ///< a choice of the columns below; empty: all that the card can give
  /// Of "gen_jets", "det_jets", "gen_constituents", "det_constituents", and those of further detectors.
  std::vector<std::string> groups;
  /// Columns, of the table or not: an event in which one of them is 0 gets no row, so that the table has fewer rows than
  /// events.
  std::vector<std::string> require;
};

/// Everything that decides the sample, together with seed and number of events.
struct SimulationCard {
  std::string source;      ///< "pythia", "hepmc3", "lhe", "gaussian", "gaussian_pair" or "populations"
  std::size_t events = 0;  ///< 0: all that the file has
  std::size_t block_events = 250;  ///< events that share a random stream and the scanned values
  EventFileCard file;
  std::vector<std::string> pythia_settings;  ///< lines as Pythia reads them, in order
  PartonVetoCard parton_veto;                ///< of source "pythia"
  GaussianCard gaussian;
  GaussianPairCard gaussian_pair;
  PopulationsCard populations;
  std::vector<FixedParameter> fixed;
  std::vector<ScannedParameter> scan;
  JetCard jets;
  ConstituentCard constituents;
  SubstructureCard substructure;
  DetectorCard detector;
  std::vector<DetectorVariant> variants;  ///< further detectors that see the same events
  OutputCard output;
  std::string toml;  ///< the card as read, overrides included; goes to the table's metadata
};

/// Reads a card; unknown keys, wrong types and impossible values are ConfigErrors. `overrides` are "a.b=value".
SimulationCard load_simulation_card(const std::filesystem::path& path,
                                    const std::vector<std::string>& overrides = {});
SimulationCard parse_simulation_card(const std::string& text, const std::string& source_name,
                                     const std::vector<std::string>& overrides = {});

struct SimulateOptions {
  std::size_t events = 0;  ///< 0: as the card says
  std::uint64_t seed = 1;
  int threads = 0;  ///< 0: all
  /// The table starts with this event of the sample: several machines can make its parts. A multiple of the card's
  /// block_events; of source "pythia" only.
  std::size_t first_event = 0;
};

/// What one column of a simulated table means.
struct SimulatedColumn {
  std::string name;
  std::string unit;
  std::string meaning;
};

/// The columns that simulate() makes from this card, in order.
///
/// Generator level (prefix gen_, all visible stable particles; neutrinos are invisible; K0S and Lambda have decayed):
///   multiplicity, charged      number of particles; of charged ones
///   kaons                      number of K+-, K0L and K0S (a K0S counts although it has decayed)
///   thrust                     max over axes n of sum |p.n| / sum |p|
///   sum_pt [GeV]               scalar sum of pt
///   njets                      number of jets
///   jetI_pt, jetI_mass [GeV]   of the leading (I = 1) and second (I = 2) jet; 0 when there is none
///   jetI_eta                   pseudorapidity
///   jetI_multiplicity, jetI_charged, jetI_kaons
///   jetI_kaon_particles        constituents that are kaons: a function of the particles, as a decayed K0S is not
/// With [substructure], at either level, for the hardest of its jets (I = 1, …):
///   nfatjets                   number of its jets
///   fatjetI_pt, _mass [GeV], _eta, _phi [rad], _charged, _neutral (constituents), _neighbour_dr (10 without a neighbour)
///   fatjetI_tauN, _ecfN, _softdrop_pt, _softdrop_mass [GeV], _softdrop_dr, _softdrop_z   as the card asks
/// Groups "gen_constituents" and "det_constituents": see ConstituentCard.
/// Groups "gen_jets" and "det_jets": every jet's pt [GeV], eta, phi [rad], mass [GeV], multiplicity, charged, kaons.
/// What the detector's response depends on (generator level, only with a detector): weights are learnt from generator
/// columns, and a response to something they do not hold would bias a fit.
///   gen_charged_thrust         thrust of the charged particles
///   gen_charged_pt [GeV]       scalar sum of the charged particles' pt
///   gen_charged_barrel_soft, gen_charged_barrel_hard, gen_charged_endcap_soft, gen_charged_endcap_hard
///                              number of charged particles within the tracker's acceptance, by region of the point
///                              where they meet the calorimeter surface (first region of |eta| is the barrel) and by
///                              pt below or above the second edge of the hadrons' efficiency table (1 GeV)
///   gen_expected_tracks        expected number of tracks: the sum of the charged particles' efficiencies
/// Detector level (prefix det_, all reconstructed objects): as at generator level, but for kaons.
///
/// Gaussian source: gen_x and det_x. Pair of Gaussians: gen_x0, gen_x1 and det_x. Populations: gen_x, gen_h, det_x, det_h.
std::vector<SimulatedColumn> simulated_columns(const SimulationCard& card);

/// True when this build can run Pythia 8.
bool has_pythia() noexcept;

/// What decides a sample beside card, number of events and seed: the code that makes the events, and its libraries.
std::string simulation_version();

/// Throws what simulate() would throw about the card's settings before it makes events: Pythia's are known to Pythia
/// alone.
void check_settings(const SimulationCard& card);

/// Makes the events. The table is the same for every number of threads; its metadata holds the card, the seed, the
/// generator's version, "truth.<name>" of fixed parameters, "scan.<name>.low"/".high" of scanned ones, and the number
/// of events that Pythia failed to make and that were replaced. Throws ConfigError for a setting that Pythia does not
/// know or accept, before any work; EnvironmentError when the card wants Pythia and this build has none.
Table simulate(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor);

/// Whether the card's generator-level density is known here: of the sources "gaussian" and "gaussian_pair".
bool has_exact_density(const SimulationCard& card);

/// log p(x|θ) of each event's generator-level columns (all that the card can give, or those named), at the card's fixed
/// parameters. ConfigError for a card without an exact density, with scanned parameters, or without such a column;
/// DataError when the table lacks a column.
std::vector<double> log_density(const SimulationCard& card, const Table& events,
                                const std::vector<std::string>& columns = {});

/// w = p(x|θ) / p(x|θ0) with θ and θ0 the fixed parameters of the two cards (SRGN Eqs 10 and 11): what a learnt weight is
/// judged by. The events' own weights are not looked at. Throws as log_density does.
std::vector<float> exact_weights(const SimulationCard& target, const SimulationCard& nominal,
                                 const Table& events, const std::vector<std::string>& columns = {});

}  // namespace trueup
