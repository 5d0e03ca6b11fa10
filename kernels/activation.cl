// Activations y = f(x), and their derivatives f'(x) written in terms of the output y, which is what
// the backward pass still has. ACTIVATION names one: identity, relu, leaky_relu, tanh, sigmoid.

#define NEGATIVE_SLOPE 0.2f

#define activate_identity(x) (x)
#define activate_relu(x) fmax(x, 0.0f)
#define activate_leaky_relu(x) fmax(x, NEGATIVE_SLOPE * (x))
#define activate_tanh(x) tanh(x)
#define activate_sigmoid(x) (1.0f / (1.0f + exp(-(x))))

#define derivative_identity(y) 1.0f
#define derivative_relu(y) fmax(sign(y), 0.0f)
#define derivative_leaky_relu(y) fmax(sign(y), NEGATIVE_SLOPE)
#define derivative_tanh(y) (1.0f - (y) * (y))
#define derivative_sigmoid(y) ((y) * (1.0f - (y)))

#define ACTIVATE(x) CONCAT(activate_, ACTIVATION)(x)
#define DERIVATIVE(y) CONCAT(derivative_, ACTIVATION)(y)
