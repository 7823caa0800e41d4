package io.tesserae.training;

/**
 * How many steps a run has.
 *
 * @param maxSteps of the run
 * @param stepsPerEpoch of one pass over the data; the last may have fewer batches than the others
 * @param warmupSteps in which the learning rate rises
 */
record RunPlan(long maxSteps, int stepsPerEpoch, long warmupSteps) {

    static RunPlan of(TrainingArguments arguments, int examples) {
        int batches = Math.ceilDiv(examples, arguments.perDeviceTrainBatchSize());
        int stepsPerEpoch = Math.ceilDiv(batches, arguments.gradientAccumulationSteps());
        long maxSteps = arguments.maxSteps() > 0
                ? arguments.maxSteps()
                : (long) Math.ceil(arguments.numTrainEpochs() * stepsPerEpoch);
        double warmup = arguments.warmupSteps();
        long warmupSteps = (long) (warmup < 1 ? Math.ceil(maxSteps * warmup) : warmup);
        return new RunPlan(maxSteps, stepsPerEpoch, warmupSteps);
    }
}
