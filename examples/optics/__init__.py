"""The second example: a maker of telescopes and microscopes and its years 2019 to 2021, reconstructed from printed rates."""
