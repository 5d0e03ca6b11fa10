/// Overrides of the predicted-fastest variant, keyed by operation and shape, such as
/// `gemm_nn 64×512×784`. `CommandList.variants` has the names to choose from. Variants differ in the
/// order of sums, and so in the last bits.
public typealias Tuning = [String: String]
