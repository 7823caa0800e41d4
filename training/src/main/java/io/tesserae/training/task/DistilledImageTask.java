package io.tesserae.training.task;

final class DistilledImageTask {
    static final String SUFFIX = "ForImageClassificationWithTeacher";
}
