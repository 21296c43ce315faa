#include "tests/support/small_disk.h"

#include <sys/mount.h>

#include <fstream>

namespace peerlab::testing_support {

SmallDisk::SmallDisk(std::filesystem::path folder, const std::string& options)
    : folder_{std::move(folder)} {
  std::filesystem::create_directory(folder_);
  mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, options.c_str()) == 0;
}

SmallDisk::~SmallDisk() {
  if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::fill() const {
  std::ofstream filler_file{filler()};
  while (filler_file.write("0123456789abcdef", 16).flush()) {
  }
}

void SmallDisk::free() const { std::filesystem::remove(filler()); }

}  // namespace peerlab::testing_support
