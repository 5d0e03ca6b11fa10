/// How operations are done, where that is not in the way which ought to be the fastest: an
/// operation's name with its shapes, such as `gemm_nn 64×512×784`, and one of the ways that
/// `CommandList.operations` has for it. Ways differ in the order of sums, and so in the last bits.
public typealias Tuning = [String: String]
