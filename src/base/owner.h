#pragma once

#include <filesystem>

namespace peerlab {

// What root makes in a folder of somebody else's, as an operator does by hand in a service's, is
// theirs, as far as the file system lets it: that service must read it, and write it again.
// Nothing is done for anybody but root.  Only for a file that was just made with O_EXCL: what was
// there before may be a link of the owner's to what root must not give away.
void give_to_owner_of_folder(int descriptor, const std::filesystem::path& file);

}  // namespace peerlab
