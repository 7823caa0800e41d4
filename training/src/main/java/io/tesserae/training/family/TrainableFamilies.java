package io.tesserae.training.family;

import io.tesserae.family.Head;
import java.util.List;
import java.util.Optional;

/** The families whose networks can be trained. */
public final class TrainableFamilies {

    /** Every one of them, in the order in which error messages name them. */
    public static final List<TrainableFamily> ALL = List.of(
            new TrainableDistilBert(),
            new TrainableBert(),
            new TrainableMpnet(),
            new TrainableElectra(),
            new TrainableVit(),
            new TrainableDeit(),
            TrainableDinov2.original(),
            TrainableDinov2.withRegisters(),
            new TrainableBlip(),
            new TrainableBlipVision(),
            new TrainableJat());

    private TrainableFamilies() {}

    /** The family of a model type; empty if none of it can be trained. */
    public static Optional<TrainableFamily> of(String modelType) {
        return ALL.stream()
                .filter(family -> family.modelTypes().contains(modelType))
                .findFirst();
    }

    /** The model types that can be trained with a head, in their order. */
    public static List<String> modelTypes(Head<?> head) {
        return ALL.stream()
                .filter(family -> family.heads().containsKey(head))
                .flatMap(family -> family.modelTypes().stream())
                .toList();
    }
}
