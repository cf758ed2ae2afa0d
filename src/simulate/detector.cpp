// Which detector a card asks for.
#include "simulate/detector.hpp"

#include "simulate/cms_detector.hpp"
#include "simulate/tracker.hpp"

namespace trueup::sim {

std::unique_ptr<Detector> make_detector(const DetectorCard& card) {
  if (card.type == "none") return nullptr;
  if (card.type == "cms") return std::make_unique<CmsDetector>(card);
  return std::make_unique<TrackerDetector>(card);
}

}  // namespace trueup::sim
