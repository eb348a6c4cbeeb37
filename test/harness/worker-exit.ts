// mocha gives each parallel worker one second to exit and sends SIGTERM then. Writing the coverage of a whole
// server can take longer: with a listener the signal waits until the exit that is under way is done.
process.on('SIGTERM', () => process.exit(143));
