/// Overrides of the predicted-fastest variant, keyed by operation and shape, such as
/// `gemm_nn 64×512×784`. `CommandList.variants` has their names. Variants may sum in different
/// orders, and so differ in the last bits.
public typealias Tuning = [String: String]
