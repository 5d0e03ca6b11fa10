import Images

/// The description of a model as a value: what a model file says.
///
/// It is made from a model, or read from JSON; the module `ModelFiles` reads and writes YAML. Every
/// description has its parts in order and its numbers in their ranges, but its layers need not fit
/// together: `model()` checks that.
///
/// ```swift
/// let description = try ModelDescription(parsing: text)
/// let model = try description.model()
/// ```
public struct ModelDescription: Equatable, Sendable {
  /// A kind of model.
  public enum Kind: String, Sendable, CaseIterable {
    /// A variational autoencoder, `VAE`.
    case vae
    /// A generative adversarial network, `GAN`.
    case gan

    /// The networks' names. The first makes latents or images, the second takes them.
    var roles: [String] {
      switch self {
      case .vae: ["encoder", "decoder"]
      case .gan: ["generator", "discriminator"]
      }
    }

    /// The network that takes images.
    var imageRole: String {
      switch self {
      case .vae: "encoder"
      case .gan: "discriminator"
      }
    }

    /// The settings of training that a model has if it names no others.
    var training: Training {
      switch self {
      case .vae: Training(batchSize: 64, learningRate: 1e-3)
      case .gan: Training(batchSize: 128, learningRate: 2e-4)
      }
    }
  }

  /// A network: its role, such as `encoder`, its parameters' names and initial values, and its
  /// layers.
  public struct Network: Equatable, Sendable {
    /// The role, such as `encoder`.
    public let role: String
    /// The prefix of its parameters' names; may be empty.
    public let prefix: String
    /// The distribution from which its weights are drawn.
    public let initialWeights: InitialWeights
    /// The layers, in order.
    public let layers: [LayerDescription]
  }

  /// The default settings of a model's training.
  public struct Training: Equatable, Sendable {
    /// The number of images in a batch.
    public let batchSize: Int
    /// Adam's learning rate.
    public let learningRate: Double
    /// The settings in which the training differs from the paper's: β₁, the weight of the
    /// divergence, the likelihood, or the label of real images.
    public var objective = LearningSettings()
    /// The settings of the preset `stable`; nil for none.
    public var stable: LearningSettings?
  }

  /// The model's name.
  public let name: String
  /// The kind of model, which decides how it is trained.
  public let kind: Kind
  /// The shape of an image.
  public let image: ImageShape
  /// The number of elements of a latent.
  public let latent: Int
  /// The number of classes that it is conditional on; 0 for none.
  public let labels: Int
  /// The two networks, in the order of the model's.
  public let networks: [Network]
  /// The default settings of training.
  public let training: Training
}

extension ModelDescription {
  /// Describes a model; nil if a description cannot have all of it: a layer of the user's own, a
  /// name with other characters than a file's, or a network with another input than the layers ask
  /// for.
  public init?(_ model: any GenerativeModel) {
    guard let kind = Kind(of: model) else { return nil }
    var networks: [Network] = []
    for (role, network) in model.networks {
      let layers = network.layers.compactMap { LayerDescription($0) }
      guard layers.count == network.layers.count else { return nil }
      networks.append(
        Network(
          role: role, prefix: network.prefix, initialWeights: network.initialWeights,
          layers: layers))
    }
    let description = ModelDescription(
      name: model.name, kind: kind, image: model.imageShape, latent: model.latent,
      labels: model.labels, networks: networks,
      training: Training(
        batchSize: model.batchSize, learningRate: model.learningRate, objective: model.objective,
        stable: model.stableSettings))
    // Reading the description must give the same model.
    guard let read = try? ModelDescription(description.node), read == description,
      let built = try? networks.map({ try description.network($0) }),
      zip(built, model.networks).allSatisfy({ $0.input == $1.value.input })
    else { return nil }
    self = description
  }

  /// Creates the model, and checks that it can be trained.
  ///
  /// - Throws: `ModelError`, which names the layer or setting that prevents its training, or says
  ///   that the name is that of another model, one of the library's own.
  public func model() throws -> any GenerativeModel {
    let built = try networks.map(network)
    let model: any GenerativeModel =
      switch kind {
      case .vae:
        try VAE(
          builtIn: name, encoder: built[0], decoder: built[1], batchSize: training.batchSize,
          learningRate: training.learningRate, stableSettings: training.stable
        ).with(training.objective)
      case .gan:
        try GAN(
          name: name, generator: built[0], discriminator: built[1],
          batchSize: training.batchSize, learningRate: training.learningRate,
          stableSettings: training.stable
        ).with(training.objective)
      }
    if let own = Models.named(name), ModelDescription(own) != self {
      throw ModelError(
        model: name, reason: "it is not the built-in model of that name; choose another name")
    }
    // Images without a map are square, which the description may contradict.
    guard model.imageShape == image else {
      throw ModelError(
        model: name,
        reason: "its layers make images of \(model.imageShape), and the description says \(image)")
    }
    return model
  }

  /// Returns the index of the layer in its network that an error is about; nil if it is about a
  /// setting.
  package func layer(of error: ModelError) -> Int? {
    guard let network = networks.first(where: { $0.role == error.network }),
      let layers = try? network.layers.map({ try $0.layer() })
    else { return nil }
    var (found, stages): (Int?, Int) = (nil, 0)
    for index in layers.indices {
      let start = start(of: network, layers.prefix(index + 1))
      // A reshape before the first layer with kernels makes no stage.
      if start.flaw?.layer == Stage.missing, index + 1 < layers.count { continue }
      if let flaw = start.flaw { return flaw.layer == error.layer ? index : nil }
      if start.stages.count > stages, start.lastPlace == error.layer { found = index }
      if start.isTooLarge { return found }
      stages = start.stages.count
    }
    return found
  }

  /// Creates a network of the model.
  ///
  /// - Throws: `ModelError` if the output of a layer is so large that the next shapes may overflow.
  private func network(_ network: Network) throws -> GenerativeModels.Network {
    let layers = try network.layers.map { try $0.layer() }
    for count in 1..<max(layers.count, 1) {
      let start = start(of: network, layers.prefix(count))
      if start.flaw?.layer == Stage.missing { continue }
      // The network itself reports a layer that does not fit.
      if start.flaw != nil { break }
      guard !start.isTooLarge else {
        throw ModelError(
          model: name, network: network.role, layer: start.lastPlace,
          reason: "does not fit: its output \(start.output) is too large")
      }
    }
    return start(of: network, layers[...])
  }

  /// Returns a network of `layers`, the first layers of a described network.
  private func start(
    of network: Network, _ layers: ArraySlice<any Layer>
  ) -> GenerativeModels.Network {
    let takesImages = network.role == kind.imageRole
    // A linear layer also takes maps, and then the map gives the images' shape.
    let isFlat = layers.first is Linear && image == ImageShape(ofFlat: image.elements)
    let takesMaps = takesImages && !isFlat
    let elements = takesImages ? image.elements : latent
    return GenerativeModels.Network(
      prefix: network.prefix, input: takesMaps ? image.sizes : [elements], labels: labels,
      initialWeights: network.initialWeights, layers: Array(layers))
  }
}

extension Network {
  /// The last layer with kernels of its own, as errors name it.
  fileprivate var lastPlace: String? { stages.last?.error("").layer }

  /// Whether its output is too large for more layers, whose shapes may overflow.
  fileprivate var isTooLarge: Bool { output.reduce(1, *) > 1 << 26 }
}

extension ModelDescription.Kind {
  /// The kind of a model; nil for one of the user's own.
  fileprivate init?(of model: any GenerativeModel) {
    switch model {
    case is VAE: self = .vae
    case is GAN: self = .gan
    default: return nil
    }
  }
}

extension GenerativeModel {
  /// The description that checkpoints of the model carry; nil for the library's own models, which
  /// need none, and for a model that cannot be described.
  public var ownDescription: ModelDescription? {
    let description = ModelDescription(self)
    return Models.named(name).flatMap(ModelDescription.init) == description ? nil : description
  }
}
