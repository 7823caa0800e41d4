/** What a training run says about itself: a log as JSON lines, and its picture. */
package io.tesserae.training.log;
