package io.tesserae.training;

/** Stops a run after a step. */
record StopAt(long step) implements TrainingCallback {

    @Override
    public void onStepEnd(TrainingState state) {
        if (state.globalStep() == step) {
            state.stop();
        }
    }
}
