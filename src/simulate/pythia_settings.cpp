// Pythia objects made from a card: settings checked before any work, cheap to make anew for each scanned value.
#include "simulate/pythia_settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <sstream>

#include <trueup/error.hpp>

#include "simulate/scan.hpp"

namespace trueup::sim {
namespace {

/// Settings that are ours to make, or that would let one block's history reach the next.
constexpr std::array<std::pair<const char*, const char*>, 6> kReserved{{
    {"random:", "trueup seeds Pythia block by block; give the seed to trueup instead"},
    {"print:", "the library never prints"},
    {"parallelism:", "trueup runs one Pythia a thread; give the number of threads to trueup instead"},
    {"phasespace:increasemaximum", "events would depend on those made before them"},
    {"check:abortifveto", "trueup sets it where [parton_veto] needs it"},
    {"beams:lhef", "use source.type = \"lhe\" and source.path"},
}};

/// Settings of these groups do not enter the Higgs' partial widths.
constexpr std::array<const char*, 9> kFarFromHiggs{
    "timeshower:",  "spaceshower:",        "stringz:",
    "stringflav:",  "stringpt:",           "stringfragmentation:",
    "hadronlevel:", "colourreconnection:", "multipartoninteractions:"};

/// Of Beams:frameType: beams, energies and events from a Les Houches event file.
constexpr int kFrameOfFile = 4;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool starts_with(const std::string& text, const char* prefix) {
  return text.rfind(prefix, 0) == 0;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// The Higgs resonance of a Pythia that has been initialised, usable in another one. Its constants are 303 numerical
/// integrals, 80 % of the time that Pythia's initialisation takes for e+e-; they depend on masses, widths and
/// couplings of the Standard Model alone, so that they stay when only showers or hadronisation are scanned.
class PreparedHiggs : public Pythia8::ResonanceH {
 public:
  explicit PreparedHiggs(const Pythia8::ResonanceH& prepared) : Pythia8::ResonanceH(prepared) {}

 private:
  void initConstants() override {}
};

/// Pythia's own words about what went wrong, most severe first.
std::string messages_of(const Pythia8::Pythia& pythia) {
  std::string text;
  int shown = 0;
  for (const auto& [message, times] : pythia.logger) {
    if (message[0] != 'A' && message[0] != 'E') continue;
    if (++shown > 3) break;
    text += (text.empty() ? "" : "; ") + message;
  }
  return text.empty() ? "it gives no reason" : text;
}

bool is_number(const std::string& text) {
  double value = 0.0;
  const char* first = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto result = std::from_chars(first, text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

/// Names of all settings, as Pythia spells them.
std::vector<std::string> setting_names(Pythia8::Settings& settings) {
  std::vector<std::string> names;
  for (const auto& [key, entry] : settings.getFlagMap("")) names.push_back(entry.name);
  for (const auto& [key, entry] : settings.getModeMap("")) names.push_back(entry.name);
  for (const auto& [key, entry] : settings.getParmMap("")) names.push_back(entry.name);
  for (const auto& [key, entry] : settings.getWordMap("")) names.push_back(entry.name);
  return names;
}

bool is_setting(Pythia8::Settings& s, const std::string& name) {
  return s.isFlag(name) || s.isMode(name) || s.isParm(name) || s.isWord(name) || s.isFVec(name) ||
         s.isMVec(name) || s.isPVec(name) || s.isWVec(name);
}

/// Pythia takes "0.1x" for 0.1, "2.7" for the mode 2 and any unknown word for "off": refuse what it would misread.
bool value_makes_sense(Pythia8::Settings& s, const std::string& name, const std::string& value) {
  if (value == "DEFAULT") return true;
  if (s.isFlag(name)) {
    const std::string v = lower(value);
    for (const char* known : {"on", "off", "true", "false", "yes", "no", "ok", "1", "0"}) {
      if (v == known) return true;
    }
    return false;
  }
  if (s.isParm(name)) return is_number(value);
  if (s.isMode(name)) return is_number(value) && value.find_first_of(".eE") == std::string::npos;
  return !value.empty() || s.isWord(name);
}

/// "a number from 0 to 1": what a setting takes, in words.
std::string accepted_values(Pythia8::Settings& s, const std::string& name) {
  if (s.isFlag(name)) return "'on' or 'off'";
  const auto range = [](const auto& entry) {
    return (entry.hasMin ? " from " + shortest_text(entry.valMin) : "") +
           (entry.hasMax ? " up to " + shortest_text(entry.valMax) : "");
  };
  const std::string key = lower(name);
  if (s.isParm(name)) return "a number" + range(s.getParmMap(key).at(key));
  if (s.isMode(name)) return "a whole number" + range(s.getModeMap(key).at(key));
  return "values of another type; see Pythia's manual";
}

}  // namespace

PythiaPtr particle_table() {
  auto pythia = std::make_unique<Pythia8::Pythia>(std::string(PYTHIA8_XMLDOC), false);
  if (!pythia->settings.getIsInit()) {
    throw EnvironmentError("Pythia finds its data neither in '" PYTHIA8_XMLDOC
                           "' nor where PYTHIA8DATA points; run "
                           "scripts/setup.sh");
  }
  pythia->readString("Print:quiet = on", false);
  pythia->logger.init(pythia->settings);  // from now on it keeps its messages to itself
  return pythia;
}

PythiaFactory::PythiaFactory(const SimulationCard& card) : scan_(card.scan), databases_(particle_table()) {
  for (const std::string& line : card.pythia_settings) read(line);
  if (card.source == "lhe") {
    databases_->settings.mode("Beams:frameType", kFrameOfFile);
    databases_->settings.word("Beams:LHEF", card.file.path);
  }
  for (const FixedParameter& p : card.fixed) read(p.setting + " = " + shortest_text(p.value));
  for (const ScannedParameter& p : card.scan) check_scan(p);
  std::vector<double> middle;
  for (const ScannedParameter& p : card.scan) middle.push_back(0.5 * (p.low + p.high));
  const PythiaPtr first = initialised(middle, false, nullptr);
  const bool far = std::all_of(scan_.begin(), scan_.end(), [](const ScannedParameter& p) {
    return std::any_of(kFarFromHiggs.begin(), kFarFromHiggs.end(),
                       [&](const char* group) { return starts_with(lower(p.setting), group); });
  });
  const auto higgs = std::dynamic_pointer_cast<Pythia8::ResonanceH>(
      first->particleData.particleDataEntryPtr(25)->getResonancePtr());
  if (far && higgs != nullptr && typeid(*higgs) == typeid(Pythia8::ResonanceH)) {
    higgs_ = std::make_shared<PreparedHiggs>(*higgs);
  }
}

void PythiaFactory::read(const std::string& line) {
  const std::size_t equal = line.find('=');
  const std::string name = trimmed(line.substr(0, equal));
  const std::string value = equal == std::string::npos ? "" : trimmed(line.substr(equal + 1));
  if (name.empty() || equal == std::string::npos) {
    throw ConfigError("Pythia setting '" + line + "' is not of the form 'Group:name = value'");
  }
  for (const auto& [prefix, reason] : kReserved) {
    if (starts_with(lower(name), prefix))
      throw ConfigError("Pythia setting '" + name + "' is not for cards: " + reason);
  }
  Pythia8::Settings& settings = databases_->settings;
  const bool particle = std::isdigit(static_cast<unsigned char>(name[0])) != 0;
  if (!particle && !is_setting(settings, name)) {
    throw ConfigError("Pythia knows no setting '" + name + "'" + did_you_mean(name, setting_names(settings)));
  }
  const bool sensible = particle || value_makes_sense(settings, name, value);
  if (!sensible || !databases_->readString(name + " = " + value, false)) {
    throw ConfigError("Pythia does not accept the value '" + value + "' of '" + name + "'" +
                      (particle ? "" : "; it takes " + accepted_values(settings, name)));
  }
}

void PythiaFactory::check_scan(const ScannedParameter& p) {
  Pythia8::Settings& settings = databases_->settings;
  const bool particle = !p.setting.empty() && std::isdigit(static_cast<unsigned char>(p.setting[0])) != 0;
  if (!particle && is_setting(settings, p.setting) && !settings.isParm(p.setting)) {
    throw ConfigError("scan." + p.name + ": '" + p.setting + "' is not a real number, it cannot be scanned");
  }
  for (const double value : {p.low, p.high}) read(p.setting + " = " + shortest_text(value));
}

PythiaPtr PythiaFactory::initialised(const std::vector<double>& scanned, bool with_prepared_higgs,
                                     std::shared_ptr<Pythia8::UserHooks> hooks) const {
  auto pythia = std::make_unique<Pythia8::Pythia>(databases_->settings, databases_->particleData, false);
  pythia->logger.init(pythia->settings);
  for (std::size_t i = 0; i < scanned.size(); ++i) {
    pythia->readString(scan_[i].setting + " = " + shortest_text(scanned[i]), false);
  }
  if (with_prepared_higgs) pythia->setResonancePtr(std::make_shared<PreparedHiggs>(*higgs_));
  if (hooks != nullptr) {
    // Else next() goes on to another event by itself, and nobody knows how many there were.
    pythia->settings.flag("Check:abortIfVeto", true);
    pythia->setUserHooksPtr(std::move(hooks));
  }
  if (!pythia->init()) {
    throw ConfigError("Pythia cannot be initialised with this card's settings: " + messages_of(*pythia));
  }
  return pythia;
}

PythiaPtr PythiaFactory::make(const std::vector<double>& scanned,
                              std::shared_ptr<Pythia8::UserHooks> hooks) const {
  return initialised(scanned, higgs_ != nullptr, std::move(hooks));
}

std::string PythiaFactory::version() const {
  std::ostringstream text;
  text << "Pythia " << databases_->settings.parm("Pythia:versionNumber");
  return text.str();
}

}  // namespace trueup::sim
