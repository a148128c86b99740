/**
 * Imported into a program that runs with a channel to its parent: when that has ended, however it came, so does this.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
