#!/usr/local/bin/node
// The command `guichet` of the images.
import './cli/main.mjs';
