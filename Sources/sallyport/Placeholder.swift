import ArgumentParser
import Configuration
import Hummingbird
@main struct SallyportCommand: ParsableCommand { func run() {} }
