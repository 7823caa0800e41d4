package io.tesserae.training.task;

import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.layer.ProjectionHead;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.layer.WeightNormalizedLinear;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A network of pictures of any size below a projection head: DINO's {@code MultiCropWrapper}. Pictures of different sizes are one ragged
 * batch.
 *
 * @param trained the network, and all parameters with the head's
 * @param backbone the network's own parameters
 * @param network the same network, its positions interpolated
 * @param head reads the class token
 */
record ProjectedNetwork(
        TrainedNetwork<Network.OfPictures> trained,
        List<Parameter> backbone,
        Network.OfPictures network,
        ProjectionHead head) {

    /** The head's parameters have the names that DINO gives them: {@code head.mlp.0.weight}. */
    static ProjectedNetwork of(
            TrainedNetwork<Network.OfPictures> trained, ProjectionHead.Width width, boolean normalizesLast) {
        List<Parameter> backbone = trained.parameters().all();
        ProjectionHead head = ProjectionHead.of(trained.parameters().head().at("head"), width, normalizesLast);
        return new ProjectedNetwork(trained, backbone, trained.network().interpolatingPositions(), head);
    }

    /**
     * What the head says of each picture.
     *
     * @return {@code [pictures, outputs]}
     */
    Variable logits(Tape tape, ImageBatch batch) {
        Rows firsts = Rows.firsts(network.starts(batch));
        return head.forward(tape, network.hiddenStates(tape, batch, Optional.of(firsts)));
    }

    /** The same network, whose head's last layer stays as it is: no gradient gathers in it, and no step changes it. */
    ProjectedNetwork withFrozenLastLayer() {
        WeightNormalizedLinear last = head.last();
        ProjectionHead frozen = new ProjectionHead(
                head.first(),
                head.second(),
                head.third(),
                new WeightNormalizedLinear(frozen(last.magnitude()), frozen(last.direction())));
        return new ProjectedNetwork(trained, backbone, network, frozen);
    }

    private static Parameter frozen(Parameter parameter) {
        Parameter frozen = new Parameter(parameter.name(), parameter.value());
        frozen.freeze();
        return frozen;
    }

    List<Parameter> parameters() {
        return trained.parameters().all();
    }

    /** The network's weights, without the head's. */
    SequencedMap<String, Tensor> backboneWeights() {
        SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
        backbone.forEach(parameter -> weights.put(parameter.name(), parameter.value()));
        return weights;
    }
}
