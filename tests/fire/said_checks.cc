#include "tests/fire/said_checks.h"

#include <algorithm>

namespace peerlab::fire {
namespace {

// Acknowledged before `one` was asked, in force at its instant, and no revoke that it could have
// met.
bool surely_in_force(const Grant& grant, const Operation& one) {
  return grant.by->ended < one.started && grant.begin <= one.earliest &&
         one.latest < grant.promised_end &&
         (grant.revoked_by == nullptr || grant.revoked_by->started > one.ended);
}

bool surely_closed_before(const Grant& grant, const Operation& one) {
  return grant.revoked_by != nullptr && grant.revoked_by->ended < one.started &&
         grant.end <= one.earliest;
}

// In the second in which it was given back.
bool was_given_again(const Grant& grant, const Account& account) {
  return std::count_if(account.grants.begin(), account.grants.end(), [&](const Grant& other) {
           return other.prefix == grant.prefix && other.begin == grant.begin;
         }) > 1;
}

void check_reading(const std::string& member, const Account& account, const Operation& read,
                   std::vector<std::string>& faults) {
  const auto told = [&](const Grant& grant) {
    return std::any_of(read.leases.begin(), read.leases.end(), [&](const Told& one) {
      return one.prefix == grant.prefix && one.window.begin() == grant.begin;
    });
  };
  for (const Grant& grant : account.grants) {
    if (surely_in_force(grant, read) && !told(grant)) {
      faults.push_back(member + ": was not shown " + grant.prefix.text() + " by " + text_of(read));
    }
    if (surely_closed_before(grant, read) && told(grant) && !was_given_again(grant, account)) {
      faults.push_back(member + ": was shown the revoked " + grant.prefix.text() + " by " +
                       text_of(read));
    }
  }
  for (const Told& one : read.leases) {
    const bool given =
        std::any_of(account.grants.begin(), account.grants.end(), [&](const Grant& grant) {
          return one.prefix == grant.prefix && one.window.begin() == grant.begin &&
                 grant.by->started < read.ended &&
                 (one.window.end() == grant.promised_end || one.window.end() == grant.end);
        });
    const bool perhaps = std::any_of(
        account.traceless.begin(), account.traceless.end(), [&](const Operation* lease) {
          return lease->started < read.ended && lease->earliest <= one.window.begin();
        });
    if (!given && !perhaps) {
      faults.push_back(member + ": was shown what nobody gave: " + text_of(read));
    }
  }
}

void check_refusal(const std::string& member, const Account& account, const Promises& promises,
                   const Operation& one, std::vector<std::string>& faults) {
  if (one.reason == "quota-reached") {
    std::size_t held = account.traceless.size();
    for (const Grant& grant : account.grants) {
      held += grant.by->started < one.ended && grant.promised_end > one.earliest &&
                      !surely_closed_before(grant, one)
                  ? 1
                  : 0;
    }
    if (held < promises.leases_per_member_max) {
      faults.push_back(member + ": did not hold its quota at " + text_of(one));
    }
  }
  if (one.verb != Verb::Revoke) return;
  for (const Grant& grant : account.grants) {
    if (grant.prefix == one.prefix && surely_in_force(grant, one)) {
      faults.push_back(member + ": held what was denied by " + text_of(one));
    }
  }
}

}  // namespace

void check_what_was_said(const std::string& member, const Account& account,
                         const Promises& promises, std::vector<std::string>& faults) {
  for (const Operation* one : account.operations) {
    if (one->verb == Verb::Read && one->outcome == Outcome::Done) {
      check_reading(member, account, *one, faults);
    }
    if (one->outcome == Outcome::Refused) check_refusal(member, account, promises, *one, faults);
  }
}

}  // namespace peerlab::fire
