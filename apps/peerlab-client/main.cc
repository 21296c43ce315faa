#include <iostream>

#include "client/program.h"

int main(int argc, char** argv) { return peerlab::client::run_program(argc, argv, std::cout); }
