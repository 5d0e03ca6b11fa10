// The reparameterization of a variational autoencoder (Kingma and Welling: "Auto-encoding
// variational Bayes", 2014). A row of the encoder's output has LATENT means μ, then LATENT log
// variances λ.
//
//   reparameterize            z = μ + ε exp(λ/2),  ε normal;   KL = −½ Σ (1 + λ − μ² − exp λ)
//   reparameterize_backward   dμ = dz + μ;   dλ = ½ (dz ε exp(λ/2) + exp λ − 1)
//   reparameterize_weighted   z as above;   log p(z) − log q(z | μ, λ) = ½ Σ (λ + ε² − z²)
//
// The last is an importance weight's logarithm without the likelihood (Burda, Grosse and
// Salakhutdinov: "Importance weighted autoencoders", 2016). The backward pass draws ε again instead
// of reading it.
//
// Index map: work-item → row.

#ifndef LATENT
#define LATENT 16  // width of z; a multiple of 4, so that a row begins with a new counter
#endif

#include "philox.cl"
#include "step_state.cl"

// Returns ε of elements row · LATENT + j … + 3.
static inline float4 noise4(uint2 seed, uint stream, uint step, uint row, uint j) {
  return normal4(random_bits(seed, stream, step, (row * LATENT + j) / 4));
}

__kernel void reparameterize(const uint2 seed, const uint stream,
                             __global const StepState *state,
                             __global const float *restrict encoded,  // (rows, 2 LATENT): μ, λ
                             __global float *restrict z,              // (rows, LATENT)
                             __global float *restrict kl) {           // (rows)
  const uint row = get_global_id(0), step = state->step;
  __global const float *mean = encoded + row * 2 * LATENT, *log_variance = mean + LATENT;
  float4 sum = 0.0f;
  for (uint j = 0; j < LATENT; j += 4) {
    const float4 mu = vload4(0, mean + j), lambda = vload4(0, log_variance + j);
    const float4 sigma = exp(0.5f * lambda);
    vstore4(fma(noise4(seed, stream, step, row, j), sigma, mu), 0, z + row * LATENT + j);
    sum += mu * mu + sigma * sigma - 1.0f - lambda;
  }
  kl[row] = 0.5f * (sum.x + sum.y + sum.z + sum.w);
}

__kernel void reparameterize_backward(const uint2 seed, const uint stream,
                                      __global const StepState *state,
                                      __global const float *restrict encoded,  // (rows, 2 LATENT)
                                      __global const float *restrict dz,       // (rows, LATENT)
                                      __global float *restrict dencoded) {     // (rows, 2 LATENT)
  const uint row = get_global_id(0), step = state->step;
  __global const float *mean = encoded + row * 2 * LATENT, *log_variance = mean + LATENT;
  __global float *dmean = dencoded + row * 2 * LATENT, *dlog_variance = dmean + LATENT;
  for (uint j = 0; j < LATENT; j += 4) {
    const float4 mu = vload4(0, mean + j), sigma = exp(0.5f * vload4(0, log_variance + j));
    const float4 d = vload4(0, dz + row * LATENT + j), epsilon = noise4(seed, stream, step, row, j);
    vstore4(d + mu, 0, dmean + j);
    vstore4(0.5f * (d * epsilon * sigma + fma(sigma, sigma, -1.0f)), 0, dlog_variance + j);
  }
}

__kernel void reparameterize_weighted(const uint2 seed, const uint stream,
                                      __global const StepState *state,
                                      __global const float *restrict encoded,  // (rows, 2 LATENT)
                                      __global float *restrict z,              // (rows, LATENT)
                                      __global float *restrict log_ratio) {    // (rows)
  const uint row = get_global_id(0), step = state->step;
  __global const float *mean = encoded + row * 2 * LATENT, *log_variance = mean + LATENT;
  float4 sum = 0.0f;
  for (uint j = 0; j < LATENT; j += 4) {
    const float4 mu = vload4(0, mean + j), lambda = vload4(0, log_variance + j);
    const float4 epsilon = noise4(seed, stream, step, row, j);
    const float4 latent = fma(epsilon, exp(0.5f * lambda), mu);
    vstore4(latent, 0, z + row * LATENT + j);
    sum += lambda + epsilon * epsilon - latent * latent;
  }
  log_ratio[row] = 0.5f * (sum.x + sum.y + sum.z + sum.w);
}
