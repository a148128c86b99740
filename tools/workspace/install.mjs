/** Installs the packages of the lock file, unless they are there. */
import { ensureInstalled } from './ensure.mjs';

ensureInstalled();
