// Activations y = f(x), and their derivatives f'(x) written in terms of the output y, which is what
// the backward pass still has. ACTIVATION names one: IDENTITY, RELU, LEAKY_RELU, TANH, SIGMOID.

#ifndef ACTIVATION_CL
#define ACTIVATION_CL

#include "vector.cl"

#ifndef ACTIVATION
#define ACTIVATION RELU
#endif

#define NEGATIVE_SLOPE 0.2f

#define activate_IDENTITY(x) (x)
#define activate_RELU(x) fmax(x, 0.0f)
#define activate_LEAKY_RELU(x) fmax(x, NEGATIVE_SLOPE * (x))
#define activate_TANH(x) tanh(x)
#define activate_SIGMOID(x) (1.0f / (1.0f + exp(-(x))))

#define derivative_IDENTITY(y) 1.0f
#define derivative_RELU(y) fmax(sign(y), 0.0f)
#define derivative_LEAKY_RELU(y) fmax(sign(y), NEGATIVE_SLOPE)
#define derivative_TANH(y) (1.0f - (y) * (y))
#define derivative_SIGMOID(y) ((y) * (1.0f - (y)))

#define ACTIVATE(x) CONCAT(activate_, ACTIVATION)(x)
#define DERIVATIVE(y) CONCAT(derivative_, ACTIVATION)(y)

#endif
