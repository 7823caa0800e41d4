package io.tesserae.cli.train;

import io.tesserae.training.TrainingArguments;
import io.tesserae.training.task.NetworkOptions;
import io.tesserae.training.task.NetworkSource;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run is to do.
 *
 * @param source where the network comes from
 * @param network how it is put together
 * @param train what it is trained with
 * @param eval what it is evaluated with; empty for nothing
 * @param arguments how it is trained
 */
record TrainPlan(
        NetworkSource source, NetworkOptions network, Path train, Optional<Path> eval, TrainingArguments arguments) {}
