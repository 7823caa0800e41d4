/** Why a training run fails. */
package io.tesserae.training.failure;
