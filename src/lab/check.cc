#include <fmt/format.h>
#include <unistd.h>

#include <ostream>

#include "base/file.h"
#include "lab/figures.h"
#include "lab/lab.h"
#include "lab/namespaces.h"
#include "lab/record.h"
#include "lab/scene.h"
#include "lab/stopwatch.h"
#include "lab/tools.h"

namespace peerlab::lab {
namespace {

std::vector<Step> all_steps(Form form, Store store) {
  std::vector<Step> steps;
  for (const auto& part :
       {sign_in_steps(), announce_steps(), wish_steps(), operator_steps(), refusal_steps(form),
        rpki_steps(), site_steps(form), store_steps(store), ending_steps()}) {
    steps.insert(steps.end(), part.begin(), part.end());
  }
  return steps;
}

// One line a step, flushed: it is watched.
bool walk(const Step& step, Scene& scene, std::ostream& out) {
  const Stopwatch watch;
  const StepResult seen = step.walk(scene);
  if (seen) {
    out << fmt::format("  ok {:6.2f} s  {}\n               {}\n", watch.seconds(), step.promise,
                       *seen)
        << std::flush;
    return true;
  }
  out << fmt::format("  BROKEN      {}\n  seen        {}\n", step.promise, seen.error().detail);
  if (!seen.error().cause.empty()) out << fmt::format("              {}\n", seen.error().cause);
  out << fmt::format("  logs        {}\n", (scene.plan.options.directory / "log").string())
      << std::flush;
  return false;
}

}  // namespace

int check(const LabOptions& options, std::ostream& out) {
  if (::geteuid() != 0) return refuse("network namespaces need root: sudo peerlab lab check");
  const Result<Record> record = read_record(options.directory);
  if (!record) return refuse(record.error().detail);
  if (record->bring_up_seconds == 0 || standing_namespaces().empty()) {
    return refuse("the lab did not come up whole: peerlab lab down, then up");
  }
  LabOptions standing = options;
  standing.members = record->members;
  standing.table = record->table;
  standing.form = record->form;
  standing.store = record->store;
  const Result<Plan> plan = make_plan(standing);
  if (!plan) return refuse(plan.error().detail);
  const SystemClock clock;
  Scene scene{*plan, clock};
  const Stopwatch watch;
  const std::vector<Step> steps = all_steps(plan->options.form, plan->options.store);
  for (const Step& step : steps) {
    if (!walk(step, scene, out)) return 1;
  }
  if (!options.figures.empty()) {
    const Result<void> written = write_file(options.figures, figures_json(scene, *record));
    if (!written) return refuse(written.error().detail);
  }
  out << fmt::format("all {} promises kept in {:.1f} s\n", steps.size(), watch.seconds());
  return 0;
}

}  // namespace peerlab::lab
