// The programs the lab runs, and where they are.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/process.h"
#include "lab/lab.h"
#include "lab/processes.h"

namespace peerlab::lab {

// One of our own: in options.programs, else beside the running program.
[[nodiscard]] std::filesystem::path program(const LabOptions& options, std::string_view name);

// $PEERLAB_NODE, else `node`.
[[nodiscard]] std::string node_program();

// The folder of `npm ci` from lab/package-lock.json: $PEERLAB_NODE_MODULES, else lab/node_modules
// of the checkout that the programs were built in.  NotFound with what to do.
[[nodiscard]] Result<std::filesystem::path> node_modules(const LabOptions& options);

// A line on stderr, since stdout is what the lab shows; 1, the exit code.
[[nodiscard]] int refuse(std::string_view why);

// NotFound, naming it and its Debian package, where the lab cannot run here.
[[nodiscard]] Result<void> check_tools(const LabOptions& options);

// Runs it to its end: what it printed.  Unavailable, with its words and what it complained of,
// where it fails.
[[nodiscard]] Result<std::string> output_of(
    const Command& command, std::chrono::milliseconds patience = std::chrono::seconds{60});

// BIRD in a place, with FOLDER/bird.conf and FOLDER/bird.ctl; returns when it answers.
[[nodiscard]] Result<void> start_bird(const Processes& processes, const std::string& place,
                                      const std::filesystem::path& folder);

}  // namespace peerlab::lab
