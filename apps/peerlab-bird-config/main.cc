#include <iostream>

#include "confgen/one_shot.h"

int main(int argc, char** argv) { return peerlab::confgen::run_program(argc, argv, std::cout); }
